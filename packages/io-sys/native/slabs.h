// Slabs of page-aligned memory, and the check that a system call stays inside of one. Knows nothing of N-API.
#ifndef POLLAB_SLABS_H
#define POLLAB_SLABS_H
#include <stddef.h>
#include <stdint.h>

/**
 * One mapping. The first `bytes` of it are the buffers'; its very last four bytes count the buffers that are lent to an
 * operation, because while one is, the kernel may know its address and the mapping has to stay. Two owners hold the record:
 * the table and whoever was given the mapping.
 */
typedef struct slab {
  unsigned char *base; // NULL once it is unmapped
  size_t bytes;
  size_t mapped_bytes;
  unsigned owners;
} slab;

/** The slabs of one environment. An id is an index and never used twice, so a stale one finds nothing. */
typedef struct slab_table {
  slab **slabs;
  uint32_t count;
  uint32_t capacity;
} slab_table;

/** Maps a slab of at least one byte. Returns its id, or -EINVAL, -ENOMEM. */
int slab_create(slab_table *table, size_t bytes);

/** The slab of that id while it is mapped, otherwise NULL. */
slab *slab_find(const slab_table *table, uint32_t id);

/** The first byte of a range that lies inside of a mapped slab, otherwise NULL. */
void *slab_range(const slab_table *table, uint32_t id, uint32_t offset, uint32_t length);

/** Unmaps, unless a buffer is lent: then -EBUSY. 0 also when it is unmapped already. */
int slab_unmap(slab *slab);

/** Gives up one owner's hold on the record; the last one unmaps what nothing in the kernel can reach and frees the record. */
void slab_release(slab *slab);

/** Gives up the table's hold on all of its slabs. */
void slab_table_clear(slab_table *table);

#endif
