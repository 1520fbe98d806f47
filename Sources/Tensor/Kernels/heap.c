#include "sonic_kernels.h"

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
