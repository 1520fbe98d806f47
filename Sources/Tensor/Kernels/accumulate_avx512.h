/// Accumulation on AVX-512, for lanes of values and of codes: the compiler makes a copy for each.
#pragma once
#include "adc.h"

#if HAVE_X86
/// The elements of all chunks; see sonic_accumulate.
typedef struct {
  const uint32_t *offsets;
  const int16_t *factors;
  const uint32_t *ends;
  size_t chunks;
} elements;

/// Where lanes come from: values, or codes and the two halves of their table.
typedef struct {
  const int16_t *values;
  const uint8_t *codes;
  __m512i low, high;
} lane_source;

/// How many elements ahead lanes of codes are asked for: they come from main memory, in no order that
/// the processor could guess.
#define AHEAD 32

AVX512 INLINE __m512i expand(lane_source source, const uint8_t *codes) {
  const __m256i bytes = _mm256_loadu_si256((const __m256i *)codes);
  return _mm512_maskz_permutex2var_epi16(_mm256_test_epi8_mask(bytes, bytes), source.low,
                                         _mm512_cvtepu8_epi16(bytes), source.high);
}

AVX512 INLINE __m512i load(lane_source source, const int is_coded, size_t offset) {
  return is_coded ? expand(source, source.codes + offset)
                  : _mm512_loadu_si512(source.values + offset);
}

#define MOST_WIDTH 4

/// 32 lanes times `width` at once from lane `start` on, interleaved as unpacking leaves them: of each
/// 32, the first vector has lanes 0-3, 8-11, 16-19, 24-27.
AVX512 INLINE void accumulate_block(lane_source source, const int is_coded, elements all,
                                    size_t start, const int width, float scale,
                                    const int saturates, int32_t *sums) {
  const __m512 scales = _mm512_set1_ps(scale), rounder = _mm512_set1_ps(ROUNDER);
  const __m512 least = _mm512_set1_ps(ROUNDER - LARGEST);
  const __m512 largest = _mm512_set1_ps(ROUNDER + LARGEST);
  const size_t count = all.chunks == 0 ? 0 : all.ends[all.chunks - 1];
  __m512i total[2 * MOST_WIDTH];
  for (int v = 0; v < 2 * width; v++) total[v] = _mm512_setzero_si512();
  size_t i = 0;
  for (size_t c = 0; c < all.chunks; c++) {
    __m512i product[2 * MOST_WIDTH];
    for (int v = 0; v < 2 * width; v++) product[v] = _mm512_setzero_si512();
    const size_t end = all.ends[c];
    for (; i + 1 < end; i += 2) {
      int32_t pair;
      memcpy(&pair, all.factors + i, sizeof pair);
      const __m512i both = _mm512_set1_epi32(pair);
      const size_t a = all.offsets[i] + start, b = all.offsets[i + 1] + start;
      if (is_coded && i + AHEAD + 1 < count) {
        for (int w = 0; w < width; w += 2) {
          _mm_prefetch(source.codes + all.offsets[i + AHEAD] + start + 32 * w, _MM_HINT_T0);
          _mm_prefetch(source.codes + all.offsets[i + AHEAD + 1] + start + 32 * w, _MM_HINT_T0);
        }
      }
      for (int w = 0; w < width; w++) {
        const __m512i x = load(source, is_coded, a + 32 * w);
        const __m512i y = load(source, is_coded, b + 32 * w);
        product[2 * w] = _mm512_dpwssd_epi32(product[2 * w], _mm512_unpacklo_epi16(x, y), both);
        product[2 * w + 1] =
            _mm512_dpwssd_epi32(product[2 * w + 1], _mm512_unpackhi_epi16(x, y), both);
      }
    }
    if (i < end) {
      const __m512i one = _mm512_set1_epi32((uint16_t)all.factors[i]);
      for (int w = 0; w < width; w++) {
        const __m512i x = load(source, is_coded, all.offsets[i] + start + 32 * w);
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
  const __m512i excess = _mm512_set1_epi32((int32_t)((uint32_t)all.chunks * ROUNDER_BITS));
  const __m512i first = _mm512_setr_epi32(0, 1, 2, 3, 16, 17, 18, 19, 4, 5, 6, 7, 20, 21, 22, 23);
  const __m512i second = _mm512_add_epi32(first, _mm512_set1_epi32(8));
  for (int v = 0; v < 2 * width; v += 2) {
    const __m512i a = _mm512_sub_epi32(total[v], excess);
    const __m512i b = _mm512_sub_epi32(total[v + 1], excess);
    _mm512_storeu_si512(sums + start + 16 * v, _mm512_permutex2var_epi32(a, first, b));
    _mm512_storeu_si512(sums + start + 16 * v + 16, _mm512_permutex2var_epi32(a, second, b));
  }
}

AVX512 INLINE void accumulate_lanes(lane_source source, const int is_coded, elements all,
                                    size_t lanes, float scale, const int saturates,
                                    int32_t *sums) {
  size_t start = 0;
  for (; start + 128 <= lanes; start += 128) {
    accumulate_block(source, is_coded, all, start, 4, scale, saturates, sums);
  }
  // What is left goes at once: in narrow blocks, one step waits for the other.
  switch ((lanes - start) / 32) {
    case 3: return accumulate_block(source, is_coded, all, start, 3, scale, saturates, sums);
    case 2: return accumulate_block(source, is_coded, all, start, 2, scale, saturates, sums);
    case 1: return accumulate_block(source, is_coded, all, start, 1, scale, saturates, sums);
  }
}
#endif
