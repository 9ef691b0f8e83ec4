// The descriptors that are to be closed with the thread that made them, when that is ended before it has closed them itself: as
// `worker.terminate()` ends it. Process-wide, safe from any thread. Knows nothing of N-API.
#ifndef POLLAB_OWNED_H
#define POLLAB_OWNED_H

/** Closes `fd` with `owner`, an address that stands for the thread. 0 or -ENOMEM. One that has an owner gets the new one. */
int owned_adopt(int fd, const void *owner);
/** Whoever closes `fd` calls this first: afterwards the number may be somebody else's. */
void owned_release(int fd);
/** Closes every descriptor of `owner`, and before that ends what refers to its number: parked waits, watched signals. */
void owned_close_all(const void *owner);

#endif
