/*
 * What a ring can be given beforehand, io_uring_register(2): tables of buffers and of files, rings of provided buffers, and how it polls
 * network devices. One call each; every function returns a value >= 0, or -errno. Free of N-API.
 * Relies on: whoever registers memory keeps it mapped while operations use it; the kernel has pinned its pages.
 */
#ifndef POLLAB_URING_REGISTRATIONS_H
#define POLLAB_URING_REGISTRATIONS_H

#include <stddef.h>
#include <stdint.h>

#include "core.h"

/* A table of `count` buffers, all of them absent. Linux 5.19. */
int uring_register_buffers(const struct uring *uring, uint32_t count);

/* Puts memory at a place of the table, or with NULL and 0 takes away what is there. -ENOMEM when RLIMIT_MEMLOCK does not allow it. */
int uring_update_buffer(const struct uring *uring, uint32_t index, void *memory, size_t bytes);

/* A table of `count` files, all of them absent. Linux 5.19. */
int uring_register_files(const struct uring *uring, uint32_t count);

/* Puts the file of a descriptor at a place of the table, or with -1 closes the one that is there. */
int uring_update_file(const struct uring *uring, uint32_t index, int32_t fd);

/* The kernel itself chooses only among `count` places from `first` on: the others are for uring_update_file. Linux 6.0. */
int uring_limit_file_choice(const struct uring *uring, uint32_t first, uint32_t count);

/* A ring in which an application provides buffers of one group, see io_uring_setup_buf_ring(3). Linux 5.19. */
struct buffer_ring {
  uint16_t group;
  void *memory;
  size_t bytes;
};

/* Maps and registers a ring of `entries`, a power of two up to 32768. `flags` are IOU_PBUF_RING_*. *ring is untouched on failure. */
int uring_open_buffer_ring(const struct uring *uring, struct buffer_ring *ring, uint16_t group, uint32_t entries, uint16_t flags);

/* Unregisters it: the kernel selects none of its buffers any more. The memory stays until `buffer_ring_unmap`. */
int uring_unregister_buffer_ring(const struct uring *uring, const struct buffer_ring *ring);

void buffer_ring_unmap(struct buffer_ring *ring);

/* Polls the devices of the sockets in use for `timeout_us` before it sleeps. Linux 6.9. */
int uring_register_napi(const struct uring *uring, uint32_t timeout_us, uint8_t prefer_busy_poll);

#endif
