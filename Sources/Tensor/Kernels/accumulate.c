#include <string.h>

#include "paths.h"

/// The largest code of the ADC.
#define LARGEST 32767
/// Adding 1.5 * 2^23 rounds a number of small magnitude to an integer, in the lowest bits of the sum.
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4B400000

/// What a gain stands for, exact: gains have 24 bits.
INLINE float factor_of(int32_t gain) { return (float)gain * 0x1p-32f; }

static void accumulate_portable(const int16_t *planes, const uint32_t *offsets,
                                const int16_t *factors, const uint32_t *ends, size_t chunks,
                                size_t lanes, int32_t gain, int32_t *sums) {
  const double scale = factor_of(gain);
  for (size_t start = 0; start < lanes; start += SONIC_LANES) {
    int32_t *sum = sums + start;
    memset(sum, 0, SONIC_LANES * sizeof *sum);
    size_t i = 0;
    for (size_t c = 0; c < chunks; c++) {
      int32_t product[SONIC_LANES] = {0};
      for (; i < ends[c]; i++) {
        const int16_t *lane = planes + offsets[i] + start;
        const int32_t factor = factors[i];
        for (size_t j = 0; j < SONIC_LANES; j++) product[j] += factor * lane[j];
      }
      for (size_t j = 0; j < SONIC_LANES; j++) {
        // Exact: two factors of 24 bits.
        const double code = (double)(float)product[j] * scale;
        const double bounded = code < -LARGEST ? -LARGEST : code > LARGEST ? LARGEST : code;
        // As ROUNDER, for 52 bits.
        const double shifted = bounded + 0x1.8p52;
        int64_t bits;
        memcpy(&bits, &shifted, sizeof bits);
        sum[j] += (int32_t)bits;
      }
    }
  }
}

#if HAVE_X86
/// 32 lanes times `width` at once, interleaved as unpacking leaves them: of each 32, the first vector
/// has lanes 0-3, 8-11, 16-19, 24-27.
#define MOST_WIDTH 4

AVX512 INLINE void accumulate_block(const int16_t *planes, const uint32_t *offsets,
                                    const int16_t *factors, const uint32_t *ends, size_t chunks,
                                    const int width, float scale, const int saturates,
                                    int32_t *sums) {
  const __m512 scales = _mm512_set1_ps(scale), rounder = _mm512_set1_ps(ROUNDER);
  const __m512 least = _mm512_set1_ps(ROUNDER - LARGEST);
  const __m512 largest = _mm512_set1_ps(ROUNDER + LARGEST);
  __m512i total[2 * MOST_WIDTH];
  for (int v = 0; v < 2 * width; v++) total[v] = _mm512_setzero_si512();
  size_t i = 0;
  for (size_t c = 0; c < chunks; c++) {
    __m512i product[2 * MOST_WIDTH];
    for (int v = 0; v < 2 * width; v++) product[v] = _mm512_setzero_si512();
    const size_t end = ends[c];
    for (; i + 1 < end; i += 2) {
      int32_t pair;
      memcpy(&pair, factors + i, sizeof pair);
      const __m512i both = _mm512_set1_epi32(pair);
      const int16_t *a = planes + offsets[i], *b = planes + offsets[i + 1];
      for (int w = 0; w < width; w++) {
        const __m512i x = _mm512_loadu_si512(a + 32 * w), y = _mm512_loadu_si512(b + 32 * w);
        product[2 * w] = _mm512_dpwssd_epi32(product[2 * w], _mm512_unpacklo_epi16(x, y), both);
        product[2 * w + 1] =
            _mm512_dpwssd_epi32(product[2 * w + 1], _mm512_unpackhi_epi16(x, y), both);
      }
    }
    if (i < end) {
      const __m512i one = _mm512_set1_epi32((uint16_t)factors[i]);
      const int16_t *a = planes + offsets[i];
      for (int w = 0; w < width; w++) {
        const __m512i x = _mm512_loadu_si512(a + 32 * w);
        product[2 * w] = _mm512_dpwssd_epi32(product[2 * w], _mm512_unpacklo_epi16(x, x), one);
        product[2 * w + 1] =
            _mm512_dpwssd_epi32(product[2 * w + 1], _mm512_unpackhi_epi16(x, x), one);
      }
      i++;
    }
    for (int v = 0; v < 2 * width; v++) {
      __m512 code = _mm512_fmadd_ps(_mm512_cvtepi32_ps(product[v]), scales, rounder);
      if (saturates) code = _mm512_max_ps(_mm512_min_ps(code, largest), least);
      total[v] = _mm512_add_epi32(total[v], _mm512_castps_si512(code));
    }
  }
  const __m512i excess = _mm512_set1_epi32((int32_t)((uint32_t)chunks * ROUNDER_BITS));
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
  for (int v = 0; v < 2 * width; v += 2) {
    const __m512i a = _mm512_sub_epi32(total[v], excess);
    const __m512i b = _mm512_sub_epi32(total[v + 1], excess);
    _mm512_storeu_si512(sums + 16 * v, _mm512_permutex2var_epi32(a, first, b));
    _mm512_storeu_si512(sums + 16 * v + 16, _mm512_permutex2var_epi32(a, second, b));
  }
}

AVX512 INLINE void accumulate_lanes(const int16_t *planes, const uint32_t *offsets,
                                    const int16_t *factors, const uint32_t *ends, size_t chunks,
                                    size_t lanes, float scale, const int saturates,
                                    int32_t *sums) {
  size_t start = 0;
  for (; start + 128 <= lanes; start += 128) {
    accumulate_block(planes + start, offsets, factors, ends, chunks, 4, scale, saturates,
                     sums + start);
  }
  if (start + 64 <= lanes) {
    accumulate_block(planes + start, offsets, factors, ends, chunks, 2, scale, saturates,
                     sums + start);
    start += 64;
  }
  if (start < lanes) {
    accumulate_block(planes + start, offsets, factors, ends, chunks, 1, scale, saturates,
                     sums + start);
  }
}

AVX512 static void accumulate_avx512(const int16_t *planes, const uint32_t *offsets,
                                     const int16_t *factors, const uint32_t *ends, size_t chunks,
                                     size_t lanes, int32_t gain, int saturates, int32_t *sums) {
  const float scale = factor_of(gain);
  if (saturates) {
    accumulate_lanes(planes, offsets, factors, ends, chunks, lanes, scale, 1, sums);
  } else {
    accumulate_lanes(planes, offsets, factors, ends, chunks, lanes, scale, 0, sums);
  }
}

/// One block of 32 lanes, interleaved as unpacking leaves them: of each 16, the first vector has
/// lanes 0-3 and 8-11.
AVX2 static void accumulate_avx2(const int16_t *planes, const uint32_t *offsets,
                                 const int16_t *factors, const uint32_t *ends, size_t chunks,
                                 size_t lanes, int32_t gain, int32_t *sums) {
  const __m256 scales = _mm256_set1_ps(factor_of(gain)), rounder = _mm256_set1_ps(ROUNDER);
  const __m256 least = _mm256_set1_ps(ROUNDER - LARGEST);
  const __m256 largest = _mm256_set1_ps(ROUNDER + LARGEST);
  const __m256i excess = _mm256_set1_epi32((int32_t)((uint32_t)chunks * ROUNDER_BITS));
  for (size_t start = 0; start < lanes; start += 32) {
    __m256i total[4];
    for (int v = 0; v < 4; v++) total[v] = _mm256_sub_epi32(_mm256_setzero_si256(), excess);
    size_t i = 0;
    for (size_t c = 0; c < chunks; c++) {
      __m256i product[4];
      for (int v = 0; v < 4; v++) product[v] = _mm256_setzero_si256();
      const size_t end = ends[c];
      for (; i < end; i += 2) {
        // A last element without a partner is paired with itself, times zero.
        const int isPair = i + 1 < end;
        const uint32_t pair =
            (uint16_t)factors[i] | (isPair ? (uint32_t)(uint16_t)factors[i + 1] << 16 : 0);
        const __m256i both = _mm256_set1_epi32((int32_t)pair);
        const int16_t *a = planes + offsets[i] + start;
        const int16_t *b = planes + offsets[i + isPair] + start;
        for (int w = 0; w < 2; w++) {
          const __m256i x = _mm256_loadu_si256((const __m256i *)(a + 16 * w));
          const __m256i y = _mm256_loadu_si256((const __m256i *)(b + 16 * w));
          const __m256i low = _mm256_madd_epi16(_mm256_unpacklo_epi16(x, y), both);
          const __m256i high = _mm256_madd_epi16(_mm256_unpackhi_epi16(x, y), both);
          product[2 * w] = _mm256_add_epi32(product[2 * w], low);
          product[2 * w + 1] = _mm256_add_epi32(product[2 * w + 1], high);
        }
      }
      i = end;
      for (int v = 0; v < 4; v++) {
        __m256 code = _mm256_fmadd_ps(_mm256_cvtepi32_ps(product[v]), scales, rounder);
        code = _mm256_max_ps(_mm256_min_ps(code, largest), least);
        total[v] = _mm256_add_epi32(total[v], _mm256_castps_si256(code));
      }
    }
    for (int v = 0; v < 4; v += 2) {
      __m256i *out = (__m256i *)(sums + start + 8 * v);
      _mm256_storeu_si256(out, _mm256_permute2x128_si256(total[v], total[v + 1], 0x20));
      _mm256_storeu_si256(out + 1, _mm256_permute2x128_si256(total[v], total[v + 1], 0x31));
    }
  }
}
#endif

void sonic_accumulate(const int16_t *planes, const uint32_t *offsets, const int16_t *factors,
                      const uint32_t *ends, size_t chunks, size_t lanes, int32_t gain,
                      int saturates, int32_t *sums) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512:
      accumulate_avx512(planes, offsets, factors, ends, chunks, lanes, gain, saturates, sums);
      return;
    case SONIC_AVX2:
      accumulate_avx2(planes, offsets, factors, ends, chunks, lanes, gain, sums);
      return;
  }
#else
  (void)saturates;
#endif
  accumulate_portable(planes, offsets, factors, ends, chunks, lanes, gain, sums);
}
