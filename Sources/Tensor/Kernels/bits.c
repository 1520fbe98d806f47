#include <string.h>

#include "paths.h"

INLINE uint64_t nonzero_word(const int16_t *values, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; i++) word |= (uint64_t)(values[i] != 0) << i;
  return word;
}

INLINE void count_columns(const uint64_t *words, size_t rows, const uint64_t *masks,
                          size_t columns, const int32_t *base, int32_t *counts) {
  if (base != counts) memcpy(counts, base, rows * sizeof *counts);
  for (size_t start = 0; start < columns; start += 64, words += rows) {
    const size_t left = columns - start;
    const uint64_t mask =
        masks[start / 64] & (left < 64 ? ((uint64_t)1 << left) - 1 : ~(uint64_t)0);
    for (size_t row = 0; row < rows; row++) {
      counts[row] += (int32_t)__builtin_popcountll(words[row] & mask);
    }
  }
}
FOR_EACH_PATH(void, count_columns,
              (const uint64_t *words, size_t rows, const uint64_t *masks, size_t columns,
               const int32_t *base, int32_t *counts),
              (words, rows, masks, columns, base, counts))

INLINE void add_nonzero(const int16_t *values, size_t count, const int32_t *base,
                        int32_t *counts) {
  for (size_t i = 0; i < count; i++) counts[i] = base[i] + (values[i] != 0);
}
FOR_EACH_PATH(void, add_nonzero,
              (const int16_t *values, size_t count, const int32_t *base, int32_t *counts),
              (values, count, base, counts))

INLINE uint64_t weigh(const int32_t *weights, size_t rows, size_t count, sonic_counts counts) {
  uint64_t sum = 0;
  for (size_t row = 0; row < rows; row++, weights += count) {
    const int32_t *start = counts.start + row * counts.pitch;
    const int32_t *end = counts.end + row * counts.pitch;
    for (size_t i = 0; i < count; i++) {
      sum += (uint64_t)(uint32_t)weights[i] * (uint32_t)(end[i] - start[i]);
    }
  }
  return sum;
}
FOR_EACH_PATH(uint64_t, weigh,
              (const int32_t *weights, size_t rows, size_t count, sonic_counts counts),
              (weights, rows, count, counts))

/// Calls `word_of(values, count)` for every word of every row.
#define EACH_WORD(word_of)                                                                        \
  for (size_t start = 0; start < width; start += 64, words += rows) {                             \
    const size_t count = width - start < 64 ? width - start : 64;                                 \
    const int16_t *from = values + start;                                                         \
    for (size_t row = 0; row < rows; row++, from += pitch) words[row] = word_of(from, count);     \
  }

#if HAVE_X86
AVX512 static inline uint64_t nonzero_word_avx512(const int16_t *values, size_t count) {
  const uint64_t used = count < 64 ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0;
  const __m512i low = _mm512_maskz_loadu_epi16((__mmask32)used, values);
  if (count <= 32) return _mm512_test_epi16_mask(low, low);
  const __m512i high = _mm512_maskz_loadu_epi16((__mmask32)(used >> 32), values + 32);
  return _mm512_test_epi16_mask(low, low) | (uint64_t)_mm512_test_epi16_mask(high, high) << 32;
}

AVX2 static inline uint64_t nonzero_word_avx2(const int16_t *values, size_t count) {
  if (count < 64) return nonzero_word(values, count);
  const __m256i zero = _mm256_setzero_si256();
  uint64_t word = 0;
  for (size_t i = 0; i < 64; i += 32) {
    const __m256i *from = (const __m256i *)(values + i);
    const __m256i low = _mm256_cmpeq_epi16(_mm256_loadu_si256(from), zero);
    const __m256i high = _mm256_cmpeq_epi16(_mm256_loadu_si256(from + 1), zero);
    // Packing takes quarters in turn from both.
    const __m256i zeros = _mm256_permute4x64_epi64(_mm256_packs_epi16(low, high), 0xD8);
    word |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(zeros) << i;
  }
  return word;
}

AVX512 static void nonzero_bits_avx512(const int16_t *values, size_t rows, size_t pitch,
                                       size_t width, uint64_t *words) {
  EACH_WORD(nonzero_word_avx512)
}

AVX2 static void nonzero_bits_avx2(const int16_t *values, size_t rows, size_t pitch,
                                   size_t width, uint64_t *words) {
  EACH_WORD(nonzero_word_avx2)
}
#endif

void sonic_nonzero_bits(const int16_t *values, size_t rows, size_t pitch, size_t width,
                        uint64_t *words) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return nonzero_bits_avx512(values, rows, pitch, width, words);
  if (sonic_path() == SONIC_AVX2) return nonzero_bits_avx2(values, rows, pitch, width, words);
#endif
  EACH_WORD(nonzero_word)
}
