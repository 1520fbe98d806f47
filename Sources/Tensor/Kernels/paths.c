#include "paths.h"

static int best = -1, limit = SONIC_AVX512;

static int find_best(void) {
#if HAVE_X86
  if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
      __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl") &&
      __builtin_cpu_supports("avx512vnni") && __builtin_cpu_supports("avx512vpopcntdq")) {
    return SONIC_AVX512;
  }
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return SONIC_AVX2;
#endif
  return SONIC_PORTABLE;
}

void sonic_limit_path(int most) { limit = most; }

int sonic_path(void) {
  // Two threads that come here first find the same.
  if (__atomic_load_n(&best, __ATOMIC_RELAXED) < 0) {
    __atomic_store_n(&best, find_best(), __ATOMIC_RELAXED);
  }
  return best < limit ? best : limit;
}
