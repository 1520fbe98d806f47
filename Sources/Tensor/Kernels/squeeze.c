#include "paths.h"

INLINE size_t squeeze(const int16_t *values, size_t count, uint32_t first, uint32_t step,
                      uint32_t *offsets, int16_t *squeezed) {
  size_t kept = 0;
  for (size_t i = 0; i < count; i++) {
    // Written always, kept if it is not zero: no branch to guess.
    offsets[kept] = first + (uint32_t)i * step;
    squeezed[kept] = values[i];
    kept += values[i] != 0;
  }
  return kept;
}

#if HAVE_X86
/// Sixteen at a time, as vectors of 32 bits: compressing 16 bits needs more than the path asks for.
AVX512 static size_t squeeze_avx512(const int16_t *values, size_t count, uint32_t first,
                                    uint32_t step, uint32_t *offsets, int16_t *squeezed) {
  const __m512i index = _mm512_setr_epi32(0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15);
  const __m512i steps = _mm512_set1_epi32((int32_t)(16 * step));
  __m512i offset = _mm512_add_epi32(_mm512_set1_epi32((int32_t)first),
                                    _mm512_mullo_epi32(index, _mm512_set1_epi32((int32_t)step)));
  size_t kept = 0, i = 0;
  for (; i + 16 <= count; i += 16) {
    const __m512i value =
        _mm512_cvtepi16_epi32(_mm256_loadu_si256((const __m256i *)(values + i)));
    const __mmask16 used = _mm512_test_epi32_mask(value, value);
    _mm512_storeu_si512(offsets + kept, _mm512_maskz_compress_epi32(used, offset));
    _mm256_storeu_si256((__m256i *)(squeezed + kept),
                        _mm512_cvtepi32_epi16(_mm512_maskz_compress_epi32(used, value)));
    kept += (size_t)__builtin_popcount(used);
    offset = _mm512_add_epi32(offset, steps);
  }
  return kept + squeeze(values + i, count - i, first + (uint32_t)i * step, step, offsets + kept,
                        squeezed + kept);
}
#endif

size_t sonic_squeeze(const int16_t *values, size_t count, uint32_t first, uint32_t step,
                     uint32_t *offsets, int16_t *squeezed) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) {
    return squeeze_avx512(values, count, first, step, offsets, squeezed);
  }
#endif
  return squeeze(values, count, first, step, offsets, squeezed);
}
