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

INLINE uint64_t count_common(const uint64_t *rows, size_t count, const uint64_t *mask,
                             size_t words) {
  uint64_t sum = 0;
  for (size_t row = 0; row < count; row++, rows += words) {
    for (size_t i = 0; i < words; i++) sum += (uint64_t)__builtin_popcountll(rows[i] & mask[i]);
  }
  return sum;
}
FOR_EACH_PATH(uint64_t, count_common,
              (const uint64_t *rows, size_t count, const uint64_t *mask, size_t words),
              (rows, count, mask, words))

INLINE int digits(const int32_t *starts, const int32_t *ends, size_t count, int shift,
                  int16_t *digit) {
  int32_t rest = 0;
  for (size_t i = 0; i < count; i++) {
    const int32_t shifted = (ends[i] - starts[i]) >> shift;
    digit[i] = (int16_t)(shifted & 0x7FFF);
    rest |= shifted >> 15;
  }
  return rest != 0;
}
FOR_EACH_PATH(int, digits,
              (const int32_t *starts, const int32_t *ends, size_t count, int shift,
               int16_t *digit),
              (starts, ends, count, shift, digit))

/// Products of a byte and 15 bits that 32 bits hold the sum of.
#define MOST_PRODUCTS 256

INLINE uint64_t weigh(const uint8_t *weights, size_t rows, size_t count, const int16_t *counts,
                      size_t pitch) {
  uint64_t sum = 0;
  for (size_t row = 0; row < rows; row++, weights += count, counts += pitch) {
    for (size_t start = 0; start < count; start += MOST_PRODUCTS) {
      const size_t end = start + MOST_PRODUCTS < count ? start + MOST_PRODUCTS : count;
      uint32_t part = 0;
      for (size_t i = start; i < end; i++) part += (uint32_t)(weights[i] * counts[i]);
      sum += part;
    }
  }
  return sum;
}

static uint64_t weigh_portable(const uint8_t *weights, size_t rows, size_t count,
                               const int16_t *counts, size_t pitch) {
  return weigh(weights, rows, count, counts, pitch);
}

#if HAVE_X86
AVX2 static uint64_t weigh_avx2(const uint8_t *weights, size_t rows, size_t count,
                                const int16_t *counts, size_t pitch) {
  return weigh(weights, rows, count, counts, pitch);
}

AVX512 static inline __m512i weigh_lanes(__m512i sum, __mmask32 used, const uint8_t *weights,
                                         const int16_t *counts) {
  const __m512i weight = _mm512_cvtepu8_epi16(_mm256_maskz_loadu_epi8(used, weights));
  return _mm512_dpwssd_epi32(sum, weight, _mm512_maskz_loadu_epi16(used, counts));
}

/// Adds both halves of each lane of a part.
AVX512 static inline __m512i add_halves(__m512i sum, __m512i part) {
  const __m512i lower = _mm512_maskz_mov_epi32(0x5555, part);
  return _mm512_add_epi64(sum, _mm512_add_epi64(_mm512_srli_epi64(part, 32), lower));
}

AVX512 static uint64_t weigh_avx512(const uint8_t *weights, size_t rows, size_t count,
                                    const int16_t *counts, size_t pitch) {
  __m512i sum = _mm512_setzero_si512(), part = sum;
  // Each lane of a part takes two products a step.
  size_t steps = 0;
  for (size_t row = 0; row < rows; row++, weights += count, counts += pitch) {
    for (size_t i = 0; i < count; i += 32) {
      const size_t left = count - i;
      const __mmask32 used = left < 32 ? ((__mmask32)1 << left) - 1 : 0xFFFFFFFF;
      part = weigh_lanes(part, used, weights + i, counts + i);
      if (++steps < MOST_PRODUCTS / 2) continue;
      sum = add_halves(sum, part);
      part = _mm512_setzero_si512();
      steps = 0;
    }
  }
  sum = add_halves(sum, part);
  return (uint64_t)_mm512_reduce_add_epi64(sum);
}
#endif

uint64_t sonic_weigh(const uint8_t *weights, size_t rows, size_t count, const int16_t *counts,
                     size_t pitch) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512: return weigh_avx512(weights, rows, count, counts, pitch);
    case SONIC_AVX2: return weigh_avx2(weights, rows, count, counts, pitch);
  }
#endif
  return weigh_portable(weights, rows, count, counts, pitch);
}

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
