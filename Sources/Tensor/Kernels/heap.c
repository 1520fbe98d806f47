#include "sonic_kernels.h"

#if defined(__GLIBC__)
#include <limits.h>
#include <malloc.h>

void sonic_keep_freed_memory(void) {
  // 32 MiB is the most that the library takes.
  mallopt(M_MMAP_THRESHOLD, 32 << 20);
  mallopt(M_TRIM_THRESHOLD, INT_MAX);
}
#else
void sonic_keep_freed_memory(void) {}
#endif
