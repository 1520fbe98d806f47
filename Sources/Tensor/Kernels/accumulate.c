#include "accumulate_avx512.h"
#include "accumulate_plain.h"

static void accumulate_portable(const int16_t *planes, const uint32_t *offsets,
                                const int16_t *factors, const uint32_t *ends, size_t chunks,
                                size_t lanes, int32_t gain, int32_t *sums) {
  accumulate_plain(planes, NULL, NULL, offsets, factors, ends, chunks, lanes, gain, sums);
}

#if HAVE_X86
AVX512 static void accumulate_avx512(const int16_t *planes, const uint32_t *offsets,
                                     const int16_t *factors, const uint32_t *ends, size_t chunks,
                                     size_t lanes, int32_t gain, int saturates, int32_t *sums) {
  const lane_source source = {.values = planes};
  const elements all = {offsets, factors, ends, chunks};
  if (saturates) {
    accumulate_lanes(source, 0, all, lanes, factor_of(gain), 1, sums);
  } else {
    accumulate_lanes(source, 0, all, lanes, factor_of(gain), 0, sums);
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
