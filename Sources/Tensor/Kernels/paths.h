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
