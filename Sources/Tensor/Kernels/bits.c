#include "paths.h"

INLINE void nonzero_bits(const int16_t *values, size_t count, uint64_t *words) {
  for (size_t start = 0; start < count; start += 64) {
    const size_t end = count - start < 64 ? count - start : 64;
    uint64_t word = 0;
    for (size_t i = 0; i < end; i++) word |= (uint64_t)(values[start + i] != 0) << i;
    words[start / 64] = word;
  }
}

INLINE size_t count_both(const uint64_t *a, const uint64_t *b, size_t words) {
  size_t count = 0;
  for (size_t i = 0; i < words; i++) count += (size_t)__builtin_popcountll(a[i] & b[i]);
  return count;
}
FOR_EACH_PATH(size_t, count_both, (const uint64_t *a, const uint64_t *b, size_t words),
              (a, b, words))

INLINE void count_planes(sonic_bit_window window, size_t planes, size_t step, int32_t *counts) {
  const size_t shift = window.start % 64;
  for (size_t plane = 0; plane < planes; plane++) {
    const uint64_t *row = window.words + plane * window.plane_pitch + window.start / 64;
    int32_t count = 0;
    for (size_t y = 0; y < window.rows; y++, row += window.row_pitch) {
      for (size_t done = 0; done < window.length; done += 64) {
        const uint64_t *word = row + done / 64;
        const uint64_t bits = word[0] >> shift | word[1] << 1 << (63 - shift);
        const size_t left = window.length - done;
        const uint64_t used = left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0;
        count += __builtin_popcountll(bits & used);
      }
    }
    counts[plane * step] += count;
  }
}
FOR_EACH_PATH(void, count_planes,
              (sonic_bit_window window, size_t planes, size_t step, int32_t *counts),
              (window, planes, step, counts))

#if HAVE_X86
AVX512 static void nonzero_bits_avx512(const int16_t *values, size_t count, uint64_t *words) {
  for (size_t start = 0; start < count; start += 64) {
    const size_t rest = count - start;
    const uint64_t used = rest < 64 ? ((uint64_t)1 << rest) - 1 : ~(uint64_t)0;
    const __m512i low = _mm512_maskz_loadu_epi16((__mmask32)used, values + start);
    const __m512i high = _mm512_maskz_loadu_epi16((__mmask32)(used >> 32), values + start + 32);
    words[start / 64] = _mm512_test_epi16_mask(low, low) |
                        (uint64_t)_mm512_test_epi16_mask(high, high) << 32;
  }
}

AVX2 static void nonzero_bits_avx2(const int16_t *values, size_t count, uint64_t *words) {
  const size_t whole = count / 64 * 64;
  const __m256i zero = _mm256_setzero_si256();
  for (size_t start = 0; start < whole; start += 64) {
    uint64_t word = 0;
    for (size_t i = 0; i < 64; i += 32) {
      const __m256i *from = (const __m256i *)(values + start + i);
      const __m256i low = _mm256_cmpeq_epi16(_mm256_loadu_si256(from), zero);
      const __m256i high = _mm256_cmpeq_epi16(_mm256_loadu_si256(from + 1), zero);
      // Packing takes quarters in turn from both.
      const __m256i zeros = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
      word |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(zeros) << i;
    }
    words[start / 64] = word;
  }
  if (whole < count) nonzero_bits(values + whole, count - whole, words + whole / 64);
}
#endif

void sonic_nonzero_bits(const int16_t *values, size_t count, uint64_t *words) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return nonzero_bits_avx512(values, count, words);
  if (sonic_path() == SONIC_AVX2) return nonzero_bits_avx2(values, count, words);
#endif
  nonzero_bits(values, count, words);
}
