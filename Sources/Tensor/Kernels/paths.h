/// How the files of this folder choose among paths.
#pragma once
#include "sonic_kernels.h"

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_X86 1
#define AVX2 __attribute__((target("avx2,fma")))
#define AVX512                                                                                    \
  __attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx512vnni,avx512vpopcntdq,fma")))
#else
#define HAVE_X86 0
#define AVX2
#define AVX512
#endif

#define INLINE static inline __attribute__((always_inline))

INLINE int16_t larger(int16_t a, int16_t b) { return a > b ? a : b; }

#if HAVE_X86
/// Every other one of the 64 elements of two vectors, from the first on.
AVX512 INLINE __m512i evens(__m512i low, __m512i high) {
  const __m512i places = _mm512_set_epi16(62, 60, 58, 56, 54, 52, 50, 48, 46, 44, 42, 40, 38, 36,
                                          34, 32, 30, 28, 26, 24, 22, 20, 18, 16, 14, 12, 10, 8, 6,
                                          4, 2, 0);
  return _mm512_permutex2var_epi16(low, places, high);
}

AVX512 INLINE __m512 floats_of(__m256i codes) {
  return _mm512_cvtepi32_ps(_mm512_cvtepi16_epi32(codes));
}
#endif

/// Defines `sonic_NAME` as `NAME`, an INLINE function in plain C, compiled once for each path: the
/// compiler finds the vectors. `types` are its parameters, `names` their names.
#define FOR_EACH_PATH(result, name, types, names)                                                 \
  static result name##_portable types { return name names; }                                     \
  AVX2 static result name##_avx2 types { return name names; }                                    \
  AVX512 static result name##_avx512 types { return name names; }                                \
  result sonic_##name types {                                                                     \
    const int path = sonic_path();                                                                \
    return (path == SONIC_AVX512 ? name##_avx512                                                  \
            : path == SONIC_AVX2 ? name##_avx2                                                    \
                                 : name##_portable)names;                                         \
  }
