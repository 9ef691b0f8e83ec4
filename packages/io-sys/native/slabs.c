// Slabs: see slabs.h.
#include "slabs.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

static const uint32_t FIRST_CAPACITY = 16;

static int slab_table_grow(slab_table *table) {
  if (table->count < table->capacity) return 0;
  if (table->capacity > INT32_MAX / 2) return -ENOMEM;
  uint32_t capacity = table->capacity == 0 ? FIRST_CAPACITY : table->capacity * 2;
  slab **slabs = realloc(table->slabs, capacity * sizeof *slabs);
  if (slabs == NULL) return -ENOMEM;
  table->slabs = slabs;
  table->capacity = capacity;
  return 0;
}

int slab_create(slab_table *table, size_t bytes) {
  long page_bytes = sysconf(_SC_PAGESIZE);
  // Offsets and lengths are 32 bits wide, and a read of more than INT32_MAX bytes could not report its length.
  if (page_bytes <= 0 || bytes == 0 || bytes > INT32_MAX) return -EINVAL;
  size_t page = (size_t)page_bytes;
  size_t mapped_bytes = (bytes + page - 1) / page * page + page;

  int grown = slab_table_grow(table);
  if (grown < 0) return grown;
  slab *created = malloc(sizeof *created);
  if (created == NULL) return -ENOMEM;
  void *base = mmap(NULL, mapped_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (base == MAP_FAILED) {
    int error = errno;
    free(created);
    return -error;
  }
  *created = (slab){.base = base, .bytes = bytes, .mapped_bytes = mapped_bytes, .owners = 2};
  table->slabs[table->count] = created;
  return (int)table->count++;
}

slab *slab_find(const slab_table *table, uint32_t id) {
  if (id >= table->count) return NULL;
  slab *found = table->slabs[id];
  return found->base == NULL ? NULL : found;
}

void *slab_range(const slab_table *table, uint32_t id, uint32_t offset, uint32_t length) {
  slab *found = slab_find(table, id);
  if (found == NULL || offset > found->bytes || length > found->bytes - offset) return NULL;
  return found->base + offset;
}

int slab_unmap(slab *slab) {
  if (slab->base == NULL) return 0;
  int32_t lent;
  memcpy(&lent, slab->base + slab->mapped_bytes - sizeof lent, sizeof lent);
  if (lent != 0) return -EBUSY;
  if (munmap(slab->base, slab->mapped_bytes) < 0) return -errno;
  slab->base = NULL;
  return 0;
}

void slab_release(slab *slab) {
  if (--slab->owners > 0) return;
  // A slab with a lent buffer stays mapped for the rest of the process: the kernel might still write into it, and the
  // address must not become somebody else's. It happens only to a thread that is torn down with operations in flight.
  (void)slab_unmap(slab);
  free(slab);
}

void slab_table_clear(slab_table *table) {
  for (uint32_t id = 0; id < table->count; id++) slab_release(table->slabs[id]);
  free(table->slabs);
  *table = (slab_table){0};
}
