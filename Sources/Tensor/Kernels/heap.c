#include "sonic_kernels.h"

#if defined(__linux__)
#include <sys/mman.h>

void sonic_use_large_pages(void *start, size_t bytes) {
  // Whole ones only: what is before and after them keeps its own.
  const uintptr_t size = (uintptr_t)1 << 21;
  const uintptr_t first = ((uintptr_t)start + size - 1) & ~(size - 1);
  const uintptr_t end = ((uintptr_t)start + bytes) & ~(size - 1);
  if (first < end) (void)madvise((void *)first, end - first, MADV_HUGEPAGE);
}
#else
void sonic_use_large_pages(void *start, size_t bytes) {
  (void)start;
  (void)bytes;
}
#endif

#if defined(__GLIBC__)
#include <limits.h>
#include <malloc.h>

void sonic_keep_freed_memory(void) {
  // Large blocks come from the heap too, where they stay.
  mallopt(M_MMAP_MAX, 0);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}
#else
void sonic_keep_freed_memory(void) {}
#endif
