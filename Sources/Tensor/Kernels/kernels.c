#include "sonic_kernels.h"

#include <string.h>

#if defined(__x86_64__)
#include <immintrin.h>
#define HAVE_AVX2 1
#else
#define HAVE_AVX2 0
#endif

/// The largest code of the ADC.
#define LARGEST 32767

static int portable_only = 0;

void sonic_use_portable(int portable) { portable_only = portable; }

int sonic_is_vector(void) {
#if HAVE_AVX2
  return !portable_only && __builtin_cpu_supports("avx2");
#else
  return 0;
#endif
}

static void accumulate_portable(const int16_t *planes, const uint32_t *offsets,
                                const int16_t *factors, const uint32_t *ends, size_t chunks,
                                size_t lanes, int32_t gain, int32_t *sums) {
  for (size_t start = 0; start < lanes; start += SONIC_LANES) {
    int32_t *sum = sums + start;
    size_t i = 0;
    for (size_t c = 0; c < chunks; c++) {
      int32_t product[SONIC_LANES] = {0};
      for (; i < ends[c]; i++) {
        const int16_t *lane = planes + offsets[i] + start;
        const int32_t factor = factors[i];
        for (size_t j = 0; j < SONIC_LANES; j++) product[j] += factor * lane[j];
      }
      for (size_t j = 0; j < SONIC_LANES; j++) {
        const int64_t code = ((int64_t)product[j] * gain + ((int64_t)1 << 31)) >> 32;
        sum[j] += (int32_t)(code < -LARGEST ? -LARGEST : code > LARGEST ? LARGEST : code);
      }
    }
  }
}

static size_t count_nonzero_portable(const int16_t *values, size_t rows, size_t width,
                                     size_t pitch) {
  size_t count = 0;
  for (size_t row = 0; row < rows; row++) {
    const int16_t *value = values + row * pitch;
    for (size_t i = 0; i < width; i++) count += value[i] != 0;
  }
  return count;
}

#if HAVE_AVX2
#define AVX2 __attribute__((target("avx2")))

/// The ADC in each of eight lanes: (product * gain + 2^31) >> 32, saturating.
AVX2 static inline __m256i convert(__m256i product, __m256i gain) {
  const __m256i half = _mm256_set1_epi64x((int64_t)1 << 31);
  __m256i even = _mm256_add_epi64(_mm256_mul_epi32(product, gain), half);
  __m256i odd = _mm256_add_epi64(_mm256_mul_epi32(_mm256_srli_epi64(product, 32), gain), half);
  const __m256i code = _mm256_blend_epi32(_mm256_srli_epi64(even, 32), odd, 0xAA);
  const __m256i largest = _mm256_set1_epi32(LARGEST), least = _mm256_set1_epi32(-LARGEST);
  return _mm256_max_epi32(_mm256_min_epi32(code, largest), least);
}

/// Adds two elements' products to the sums of 16 lanes, interleaved as unpacking leaves them.
AVX2 static inline void multiply_pair(const int16_t *a, const int16_t *b, __m256i factors,
                                      __m256i *low, __m256i *high) {
  __m256i x = _mm256_loadu_si256((const __m256i *)a);
  __m256i y = b ? _mm256_loadu_si256((const __m256i *)b) : _mm256_setzero_si256();
  *low = _mm256_add_epi32(*low, _mm256_madd_epi16(_mm256_unpacklo_epi16(x, y), factors));
  *high = _mm256_add_epi32(*high, _mm256_madd_epi16(_mm256_unpackhi_epi16(x, y), factors));
}

/// One block of SONIC_LANES lanes.
AVX2 static inline void accumulate_block(const int16_t *planes, const uint32_t *offsets,
                                         const int16_t *factors, const uint32_t *ends,
                                         size_t chunks, int32_t gain, int32_t *sums) {
  const __m256i gains = _mm256_set1_epi32(gain);
  __m256i total[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                      _mm256_setzero_si256()};
  size_t i = 0;
  for (size_t c = 0; c < chunks; c++) {
    __m256i product[4] = {_mm256_setzero_si256(), _mm256_setzero_si256(), _mm256_setzero_si256(),
                          _mm256_setzero_si256()};
    const size_t end = ends[c];
    for (; i + 1 < end; i += 2) {
      int32_t pair;
      memcpy(&pair, factors + i, sizeof pair);
      const __m256i both = _mm256_set1_epi32(pair);
      const int16_t *a = planes + offsets[i], *b = planes + offsets[i + 1];
      multiply_pair(a, b, both, &product[0], &product[1]);
      multiply_pair(a + 16, b + 16, both, &product[2], &product[3]);
    }
    if (i < end) {
      const __m256i one = _mm256_set1_epi32((uint16_t)factors[i]);
      const int16_t *a = planes + offsets[i];
      multiply_pair(a, NULL, one, &product[0], &product[1]);
      multiply_pair(a + 16, NULL, one, &product[2], &product[3]);
      i++;
    }
    for (int v = 0; v < 4; v++) {
      total[v] = _mm256_add_epi32(total[v], convert(product[v], gains));
    }
  }
  // Unpacking has left lanes 0-3 and 8-11 in the low vector, 4-7 and 12-15 in the high one.
  for (int v = 0; v < 4; v += 2) {
    __m256i *out = (__m256i *)(sums + 8 * v);
    const __m256i first = _mm256_permute2x128_si256(total[v], total[v + 1], 0x20);
    const __m256i second = _mm256_permute2x128_si256(total[v], total[v + 1], 0x31);
    _mm256_storeu_si256(out, _mm256_add_epi32(_mm256_loadu_si256(out), first));
    _mm256_storeu_si256(out + 1, _mm256_add_epi32(_mm256_loadu_si256(out + 1), second));
  }
}

AVX2 static void accumulate_avx2(const int16_t *planes, const uint32_t *offsets,
                                 const int16_t *factors, const uint32_t *ends, size_t chunks,
                                 size_t lanes, int32_t gain, int32_t *sums) {
  for (size_t start = 0; start < lanes; start += SONIC_LANES) {
    accumulate_block(planes + start, offsets, factors, ends, chunks, gain, sums + start);
  }
}

AVX2 static size_t count_nonzero_avx2(const int16_t *values, size_t rows, size_t width,
                                      size_t pitch) {
  size_t count = 0;
  for (size_t row = 0; row < rows; row++) {
    const int16_t *value = values + row * pitch;
    size_t i = 0;
    for (; i + 16 <= width; i += 16) {
      const __m256i x = _mm256_loadu_si256((const __m256i *)(value + i));
      const __m256i zero = _mm256_cmpeq_epi16(x, _mm256_setzero_si256());
      count += 16 - (size_t)__builtin_popcount((unsigned)_mm256_movemask_epi8(zero)) / 2;
    }
    for (; i < width; i++) count += value[i] != 0;
  }
  return count;
}
#endif

void sonic_accumulate(const int16_t *planes, const uint32_t *offsets, const int16_t *factors,
                      const uint32_t *ends, size_t chunks, size_t lanes, int32_t gain,
                      int32_t *sums) {
#if HAVE_AVX2
  if (sonic_is_vector()) {
    accumulate_avx2(planes, offsets, factors, ends, chunks, lanes, gain, sums);
    return;
  }
#endif
  accumulate_portable(planes, offsets, factors, ends, chunks, lanes, gain, sums);
}

size_t sonic_count_nonzero(const int16_t *values, size_t rows, size_t width, size_t pitch) {
#if HAVE_AVX2
  if (sonic_is_vector()) return count_nonzero_avx2(values, rows, width, pitch);
#endif
  return count_nonzero_portable(values, rows, width, pitch);
}
