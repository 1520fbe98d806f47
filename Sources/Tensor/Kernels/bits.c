#include "paths.h"

INLINE uint64_t nonzero_word(const int16_t *values, size_t count) {
  uint64_t word = 0;
  for (size_t i = 0; i < count; i++) word |= (uint64_t)(values[i] != 0) << i;
  return word;
}

INLINE size_t count_both(const uint64_t *a, const uint64_t *b, size_t words) {
  size_t count = 0;
  for (size_t i = 0; i < words; i++) count += (size_t)__builtin_popcountll(a[i] & b[i]);
  return count;
}
FOR_EACH_PATH(size_t, count_both, (const uint64_t *a, const uint64_t *b, size_t words),
              (a, b, words))

INLINE void count_planes(sonic_bit_window window, size_t planes, size_t step, int32_t *counts) {
  for (size_t plane = 0; plane < planes; plane++, window.words += window.plane_pitch) {
    int64_t count = 0;
    for (size_t word = 0; word < window.count; word++) {
      const uint64_t *row = window.words + word;
      const uint64_t mask = window.masks[word];
      if (window.row_pitch == 1) {
        // The compiler makes vectors of neighbours.
        for (size_t y = 0; y < window.rows; y++) count += __builtin_popcountll(row[y] & mask);
      } else {
        for (size_t y = 0; y < window.rows; y++) {
          count += __builtin_popcountll(row[y * window.row_pitch] & mask);
        }
      }
    }
    counts[plane * step] += (int32_t)count;
  }
}
FOR_EACH_PATH(void, count_planes,
              (sonic_bit_window window, size_t planes, size_t step, int32_t *counts),
              (window, planes, step, counts))

INLINE void count_nonzero(const int16_t *values, size_t planes, size_t pitch, size_t length,
                          int32_t *counts) {
  for (size_t plane = 0; plane < planes; plane++, values += pitch) {
    int32_t count = 0;
    for (size_t i = 0; i < length; i++) count += values[i] != 0;
    counts[plane] += count;
  }
}
FOR_EACH_PATH(void, count_nonzero,
              (const int16_t *values, size_t planes, size_t pitch, size_t length, int32_t *counts),
              (values, planes, pitch, length, counts))

#if HAVE_X86
AVX512 static inline uint64_t nonzero_word_avx512(const int16_t *values, size_t count) {
  const uint64_t used = count < 64 ? ((uint64_t)1 << count) - 1 : ~(uint64_t)0;
  const __m512i low = _mm512_maskz_loadu_epi16((__mmask32)used, values);
  const __m512i high = _mm512_maskz_loadu_epi16((__mmask32)(used >> 32), values + 32);
  return _mm512_test_epi16_mask(low, low) | (uint64_t)_mm512_test_epi16_mask(high, high) << 32;
}

AVX512 static void nonzero_bits_avx512(const int16_t *values, size_t rows, size_t width,
                                       uint64_t *words, size_t pitch) {
  for (size_t row = 0; row < rows; row++, values += width, words += pitch) {
    for (size_t start = 0; start < width; start += 64) {
      const size_t left = width - start;
      words[start / 64] = nonzero_word_avx512(values + start, left < 64 ? left : 64);
    }
  }
}

AVX2 static inline uint64_t nonzero_word_avx2(const int16_t *values) {
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

AVX2 static void nonzero_bits_avx2(const int16_t *values, size_t rows, size_t width,
                                   uint64_t *words, size_t pitch) {
  for (size_t row = 0; row < rows; row++, values += width, words += pitch) {
    for (size_t start = 0; start < width; start += 64) {
      const size_t left = width - start;
      words[start / 64] =
          left < 64 ? nonzero_word(values + start, left) : nonzero_word_avx2(values + start);
    }
  }
}

AVX512 static void bit_plane_avx512(const int32_t *values, size_t count, int bit,
                                    uint64_t *words) {
  const __m512i wanted = _mm512_set1_epi32((int32_t)((uint32_t)1 << bit));
  for (size_t start = 0; start < count; start += 16) {
    const size_t left = count - start;
    const __mmask16 used = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xFFFF);
    const __m512i value = _mm512_maskz_loadu_epi32(used, values + start);
    const uint64_t bits = (uint64_t)_mm512_test_epi32_mask(value, wanted) << start % 64;
    words[start / 64] = start % 64 == 0 ? bits : words[start / 64] | bits;
  }
}
#endif

void sonic_nonzero_bits(const int16_t *values, size_t rows, size_t width, uint64_t *words,
                        size_t pitch) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return nonzero_bits_avx512(values, rows, width, words, pitch);
  if (sonic_path() == SONIC_AVX2) return nonzero_bits_avx2(values, rows, width, words, pitch);
#endif
  for (size_t row = 0; row < rows; row++, values += width, words += pitch) {
    for (size_t start = 0; start < width; start += 64) {
      const size_t left = width - start;
      words[start / 64] = nonzero_word(values + start, left < 64 ? left : 64);
    }
  }
}

void sonic_bit_plane(const int32_t *values, size_t count, int bit, uint64_t *words) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return bit_plane_avx512(values, count, bit, words);
#endif
  for (size_t start = 0; start < count; start += 64) {
    const size_t left = count - start;
    uint64_t word = 0;
    for (size_t i = 0; i < (left < 64 ? left : 64); i++) {
      word |= (uint64_t)((uint32_t)values[start + i] >> bit & 1) << i;
    }
    words[start / 64] = word;
  }
}
