#include "paths.h"

/// The 64 bits from `bit` on, which may be up to 64 before the first word; `words` has one before and
/// one behind.
INLINE uint64_t bits_from(const uint64_t *words, ptrdiff_t bit) {
  const ptrdiff_t word = (bit + 64) / 64 - 1;
  const size_t shift = (size_t)(bit + 64) % 64;
  return shift == 0 ? words[word] : words[word] >> shift | words[word + 1] << (64 - shift);
}

INLINE void count_lanes(const uint64_t *words, size_t step, size_t rows, const uint64_t *valid,
                        size_t first, size_t end, size_t offset, int32_t *counts) {
  const size_t from = first + offset, to = end + offset;
  for (size_t word = from / 64; word * 64 < to; word++) {
    const size_t start = word * 64;
    uint64_t mask = bits_from(valid, (ptrdiff_t)start - (ptrdiff_t)offset);
    if (start < from) mask &= ~(uint64_t)0 << (from - start);
    if (start + 64 > to) mask &= ~(uint64_t)0 >> (start + 64 - to);
    if (mask == 0) continue;
    const uint64_t *bits = words + word * step;
    for (size_t row = 0; row < rows; row++) {
      counts[row] += (int32_t)__builtin_popcountll(bits[row] & mask);
    }
  }
}
FOR_EACH_PATH(void, count_lanes,
              (const uint64_t *words, size_t step, size_t rows, const uint64_t *valid,
               size_t first, size_t end, size_t offset, int32_t *counts),
              (words, step, rows, valid, first, end, offset, counts))

INLINE void add_nonzero(const int16_t *values, size_t count, int32_t *counts) {
  for (size_t i = 0; i < count; i++) counts[i] += values[i] != 0;
}
FOR_EACH_PATH(void, add_nonzero, (const int16_t *values, size_t count, int32_t *counts),
              (values, count, counts))

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

INLINE int digits(const int32_t *counts, size_t count, int shift, int8_t *digit) {
  int32_t rest = 0;
  for (size_t i = 0; i < count; i++) {
    const int32_t shifted = counts[i] >> shift;
    digit[i] = (int8_t)(shifted & 0x7F);
    rest |= shifted >> 7;
  }
  return rest != 0;
}
FOR_EACH_PATH(int, digits, (const int32_t *counts, size_t count, int shift, int8_t *digit),
              (counts, count, shift, digit))

/// Products of a byte and 7 bits that 32 bits hold the sum of.
#define MOST_PRODUCTS 65536

INLINE uint64_t weigh(const uint8_t *weights, size_t rows, size_t count, const int8_t *counts,
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
                               const int8_t *counts, size_t pitch) {
  return weigh(weights, rows, count, counts, pitch);
}

#if HAVE_X86
AVX2 static uint64_t weigh_avx2(const uint8_t *weights, size_t rows, size_t count,
                                const int8_t *counts, size_t pitch) {
  return weigh(weights, rows, count, counts, pitch);
}

/// Adds both halves of each lane of a part.
AVX512 static inline __m512i add_halves(__m512i sum, __m512i part) {
  const __m512i lower = _mm512_maskz_mov_epi32(0x5555, part);
  return _mm512_add_epi64(sum, _mm512_add_epi64(_mm512_srli_epi64(part, 32), lower));
}

AVX512 static uint64_t weigh_avx512(const uint8_t *weights, size_t rows, size_t count,
                                    const int8_t *counts, size_t pitch) {
  const size_t whole = count / 64 * 64;
  const __mmask64 rest = ((__mmask64)1 << count % 64) - 1;
  __m512i sum = _mm512_setzero_si512(), part = sum;
  // Each lane of a part takes four products a step.
  size_t left = MOST_PRODUCTS / 4;
  for (size_t row = 0; row < rows; row++, weights += count, counts += pitch) {
    for (size_t i = 0; i < count; i += 64) {
      if (left-- == 0) {
        sum = add_halves(sum, part);
        part = _mm512_setzero_si512();
        left = MOST_PRODUCTS / 4 - 1;
      }
      const __mmask64 used = i < whole ? ~(__mmask64)0 : rest;
      part = _mm512_dpbusd_epi32(part, _mm512_maskz_loadu_epi8(used, weights + i),
                                 _mm512_maskz_loadu_epi8(used, counts + i));
    }
  }
  return (uint64_t)_mm512_reduce_add_epi64(add_halves(sum, part));
}
#endif

uint64_t sonic_weigh(const uint8_t *weights, size_t rows, size_t count, const int8_t *counts,
                     size_t pitch) {
  // Rows that follow each other are one.
  if (pitch == count) {
    count *= rows;
    rows = 1;
  }
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512: return weigh_avx512(weights, rows, count, counts, pitch);
    case SONIC_AVX2: return weigh_avx2(weights, rows, count, counts, pitch);
  }
#endif
  return weigh_portable(weights, rows, count, counts, pitch);
}

INLINE int scan_rows(const int16_t *values, size_t rows, size_t pitch, size_t width, size_t marked,
                     size_t step, uint64_t *words) {
  int16_t peak = 0;
  for (size_t row = 0; row < rows; row++, values += pitch, words++) {
    for (size_t start = 0; start < width; start += 64) {
      const size_t count = width - start < 64 ? width - start : 64;
      uint64_t word = 0;
      for (size_t i = 0; i < count; i++) {
        const int16_t value = values[start + i];
        word |= (uint64_t)(value != 0) << i;
        peak = larger(peak, (int16_t)(value < 0 ? -value : value));
      }
      if (start < marked) words[start / 64 * step] = word;
    }
  }
  return peak;
}

#if HAVE_X86
AVX512 INLINE uint64_t bits_avx512(__m512i low, __m512i high, __m512i *peak) {
  *peak = _mm512_max_epi16(*peak, _mm512_abs_epi16(low));
  *peak = _mm512_max_epi16(*peak, _mm512_abs_epi16(high));
  return _mm512_test_epi16_mask(low, low) | (uint64_t)_mm512_test_epi16_mask(high, high) << 32;
}

AVX512 static int scan_avx512(const int16_t *values, size_t rows, size_t pitch, size_t width,
                              size_t marked, size_t step, uint64_t *words) {
  const size_t whole = width / 64 * 64;
  const uint64_t rest = ((uint64_t)1 << width % 64) - 1;
  __m512i peak = _mm512_setzero_si512();
  for (size_t row = 0; row < rows; row++, values += pitch, words++) {
    for (size_t start = 0; start < whole; start += 64) {
      const __m512i low = _mm512_loadu_si512(values + start);
      const __m512i high = _mm512_loadu_si512(values + start + 32);
      const uint64_t word = bits_avx512(low, high, &peak);
      if (start < marked) words[start / 64 * step] = word;
    }
    if (rest == 0) continue;
    const __m512i low = _mm512_maskz_loadu_epi16((__mmask32)rest, values + whole);
    const __m512i high = _mm512_maskz_loadu_epi16((__mmask32)(rest >> 32), values + whole + 32);
    const uint64_t word = bits_avx512(low, high, &peak);
    if (whole < marked) words[whole / 64 * step] = word;
  }
  const __m256i half =
      _mm256_max_epi16(_mm512_castsi512_si256(peak), _mm512_extracti64x4_epi64(peak, 1));
  return _mm512_reduce_max_epi32(_mm512_cvtepi16_epi32(half));
}

AVX2 static int scan_avx2(const int16_t *values, size_t rows, size_t pitch, size_t width,
                          size_t marked, size_t step, uint64_t *words) {
  const __m256i zero = _mm256_setzero_si256();
  const size_t whole = width / 64 * 64;
  __m256i peak = zero;
  for (size_t row = 0; row < rows; row++) {
    for (size_t start = 0; start < whole; start += 64) {
      uint64_t word = 0;
      for (size_t i = 0; i < 64; i += 32) {
        const __m256i *from = (const __m256i *)(values + row * pitch + start + i);
        const __m256i low = _mm256_loadu_si256(from), high = _mm256_loadu_si256(from + 1);
        const __m256i packed =
            _mm256_packs_epi16(_mm256_cmpeq_epi16(low, zero), _mm256_cmpeq_epi16(high, zero));
        // Packing takes quarters in turn from both.
        const __m256i zeros = _mm256_permute4x64_epi64(packed, 0xD8);
        word |= (uint64_t)~(uint32_t)_mm256_movemask_epi8(zeros) << i;
        peak = _mm256_max_epi16(peak, _mm256_abs_epi16(low));
        peak = _mm256_max_epi16(peak, _mm256_abs_epi16(high));
      }
      if (start < marked) words[start / 64 * step + row] = word;
    }
  }
  int16_t largest[16];
  _mm256_storeu_si256((__m256i *)largest, peak);
  int16_t all = 0;
  for (int i = 0; i < 16; i++) all = larger(all, largest[i]);
  if (whole == width) return all;
  const int rest = scan_rows(values + whole, rows, pitch, width - whole,
                             marked < whole ? 0 : marked - whole, step, words + whole / 64 * step);
  return rest > all ? rest : all;
}
#endif

int sonic_scan(const int16_t *values, size_t rows, size_t pitch, size_t width, size_t marked,
               size_t step, uint64_t *words) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512: return scan_avx512(values, rows, pitch, width, marked, step, words);
    case SONIC_AVX2: return scan_avx2(values, rows, pitch, width, marked, step, words);
  }
#endif
  return scan_rows(values, rows, pitch, width, marked, step, words);
}
