// The threads of this process that may be waiting in a system call, each by the eventfd that ends its wait. Process-wide,
// safe from any thread. Knows nothing of N-API.
// A worker that waits in native code makes `worker.terminate()`, `process.exit()` and a natural exit wait for it in turn.
#ifndef POLLAB_PARKED_H
#define POLLAB_PARKED_H
#include <stdint.h>

/** Remembers that `event_fd` ends the waits of `thread`. 0 or -ENOMEM. */
int parked_register(int event_fd, uint32_t thread);
/** Forgets it. When this has returned nothing signals `event_fd` any more, so it may be closed. 0 or -ENOENT. */
int parked_unregister(int event_fd);
/** Signals every eventfd of one thread. Returns their number. */
int parked_signal(uint32_t thread);
/** Sets the word of parked_leaving and signals every eventfd. Returns their number. */
int parked_release(void);
/** A word that is 0 until the process is leaving and 1 from then on; a thread looks at it before it waits. */
int32_t *parked_leaving(void);

#endif
