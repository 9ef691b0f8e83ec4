// Signals of the process, each told to any number of eventfds. Process-wide, safe from any thread. Knows nothing of N-API.
//
// A thread of its own cannot ask for a signal by signalfd(2): that needs the signal blocked in every thread, and those of Node.js
// have begun before this code is loaded. So a handler is installed, which makes the eventfds readable and then calls the handler
// that it found, such as the one behind `process.on`. It does not call one that was installed to be used once (SA_RESETHAND), as
// Node.js installs for SIGINT and SIGTERM to end the process: to listen is to replace that end.
#ifndef POLLAB_SIGNALS_H
#define POLLAB_SIGNALS_H

/** Tells `event_fd` of each `number`. 0, -EINVAL for a signal that cannot be handled, -ENOSPC when 256 are told already. */
int signal_watch(int number, int event_fd);

/**
 * Ends it. When this has returned no handler touches `event_fd` any more, so it may be closed. The last one to go puts back the
 * handler that the first one found, unless another was installed meanwhile. 0 or -ENOENT.
 */
int signal_unwatch(int number, int event_fd);

/** Ends all of it for one eventfd, if there is any; then it may be closed. */
void signal_forget(int event_fd);

/** After somebody else has changed what `number` does: installs the handler again, in front of theirs. 1 if it was, otherwise 0. */
int signal_rearm(int number);

#endif
