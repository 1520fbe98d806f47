#include "paths.h"

/// The 64 bits from `bit` on, which may be up to 64 before the first word; `words` has one before and
/// one behind.
INLINE uint64_t bits_from(const uint64_t *words, ptrdiff_t bit) {
  const ptrdiff_t word = (bit + 64) / 64 - 1;
  const size_t shift = (size_t)(bit + 64) % 64;
  return shift == 0 ? words[word] : words[word] >> shift | words[word + 1] << (64 - shift);
}

/// Those of the lanes first ..< end that are valid and have their bit in the word whose first lane, `offset`
/// further on, is `start`.
INLINE uint64_t lanes_of_word(size_t start, const uint64_t *valid, size_t first, size_t end,
                              size_t offset) {
  const size_t from = first + offset, to = end + offset;
  uint64_t mask = bits_from(valid, (ptrdiff_t)start - (ptrdiff_t)offset);
  if (start < from) mask &= ~(uint64_t)0 << (from - start);
  if (start + 64 > to) mask &= ~(uint64_t)0 >> (start + 64 - to);
  return mask;
}

#define LARGEST_DIGIT ((1 << SONIC_DIGIT_BITS) - 1)

/// Rows that are counted together.
#define SOME_ROWS 64

INLINE void count_lanes(const uint64_t *words, size_t step, size_t rows, const uint64_t *valid,
                        size_t first, size_t end, size_t offset, sonic_digits digits) {
  for (size_t row = 0; row < rows; row += SOME_ROWS) {
    const size_t some = rows - row < SOME_ROWS ? rows - row : SOME_ROWS;
    uint32_t counts[SOME_ROWS] = {0};
    for (size_t word = (first + offset) / 64; word * 64 < end + offset; word++) {
      const uint64_t mask = lanes_of_word(word * 64, valid, first, end, offset);
      const uint64_t *bits = words + word * step + row;
      for (size_t i = 0; i < some; i++) {
        counts[i] += (uint32_t)__builtin_popcountll(bits[i] & mask);
      }
    }
    for (size_t digit = 0; digit < digits.count; digit++) {
      int8_t *to = digits.first + digit * digits.pitch + row;
      for (size_t i = 0; i < some; i++) {
        to[i] = (int8_t)(counts[i] >> digit * SONIC_DIGIT_BITS & LARGEST_DIGIT);
      }
    }
  }
}

#if HAVE_X86
AVX2 static void count_lanes_avx2(const uint64_t *words, size_t step, size_t rows,
                                  const uint64_t *valid, size_t first, size_t end, size_t offset,
                                  sonic_digits digits) {
  count_lanes(words, step, rows, valid, first, end, offset, digits);
}

/// Counts up to `vectors` times eight rows.
AVX512 INLINE void count_some_avx512(const uint64_t *words, size_t step, size_t rows,
                                     size_t vectors, const uint64_t *valid, size_t first,
                                     size_t end, size_t offset, sonic_digits digits) {
  const __mmask8 last = (__mmask8)(0xFF >> (vectors * 8 - rows));
  __m512i counts[SOME_ROWS / 8];
  for (size_t i = 0; i < vectors; i++) counts[i] = _mm512_setzero_si512();
  for (size_t word = (first + offset) / 64; word * 64 < end + offset; word++) {
    const __m512i mask =
        _mm512_set1_epi64((long long)lanes_of_word(word * 64, valid, first, end, offset));
    for (size_t i = 0; i < vectors; i++) {
      const __mmask8 used = i + 1 < vectors ? 0xFF : last;
      const __m512i bits = _mm512_maskz_loadu_epi64(used, words + word * step + i * 8);
      const __m512i lanes = _mm512_and_si512(bits, mask);
      counts[i] = _mm512_add_epi64(counts[i], _mm512_popcnt_epi64(lanes));
    }
  }
  for (size_t digit = 0; digit < digits.count; digit++) {
    int8_t *to = digits.first + digit * digits.pitch;
    for (size_t i = 0; i < vectors; i++) {
      const __mmask8 used = i + 1 < vectors ? 0xFF : last;
      const __m512i lowest = _mm512_and_si512(counts[i], _mm512_set1_epi64(LARGEST_DIGIT));
      _mm512_mask_cvtepi64_storeu_epi8(to + i * 8, used, lowest);
      counts[i] = _mm512_srli_epi64(counts[i], SONIC_DIGIT_BITS);
    }
  }
}

/// Counts the lane of a mask, if it has any.
AVX512 INLINE void flag_lane_avx512(const uint64_t *words, size_t rows, uint64_t mask,
                                    int8_t *flags) {
  const __m512i lane = _mm512_set1_epi64((long long)mask);
  for (size_t row = 0; row < rows; row += 64) {
    const size_t left = rows - row;
    uint64_t lit = 0;
    for (size_t i = 0; i < 64 && i < left; i += 8) {
      const __mmask8 used = left - i < 8 ? (__mmask8)((1 << (left - i)) - 1) : 0xFF;
      const __m512i bits = _mm512_maskz_loadu_epi64(used, words + row + i);
      lit |= (uint64_t)_mm512_test_epi64_mask(bits, lane) << i;
    }
    const __mmask64 written = left < 64 ? ((__mmask64)1 << left) - 1 : ~(__mmask64)0;
    _mm512_mask_storeu_epi8(flags + row, written, _mm512_maskz_set1_epi8(lit, 1));
  }
}

AVX512 static void count_lanes_avx512(const uint64_t *words, size_t step, size_t rows,
                                      const uint64_t *valid, size_t first, size_t end,
                                      size_t offset, sonic_digits digits) {
  if (end - first == 1) {
    const size_t word = (first + offset) / 64;
    const uint64_t mask = lanes_of_word(word * 64, valid, first, end, offset);
    flag_lane_avx512(words + word * step, rows, mask, digits.first);
    return;
  }
#define COUNT(rows, vectors)                                                                      \
  count_some_avx512(words, step, rows, vectors, valid, first, end, offset, digits)
  for (; rows >= SOME_ROWS; rows -= SOME_ROWS) {
    COUNT(SOME_ROWS, SOME_ROWS / 8);
    words += SOME_ROWS;
    digits.first += SOME_ROWS;
  }
  // The counts of each number of vectors stay in registers.
  switch ((rows + 7) / 8) {
    case 0: break;
    case 1: COUNT(rows, 1); break;
    case 2: COUNT(rows, 2); break;
    case 3: COUNT(rows, 3); break;
    case 4: COUNT(rows, 4); break;
    case 5: COUNT(rows, 5); break;
    case 6: COUNT(rows, 6); break;
    case 7: COUNT(rows, 7); break;
    default: COUNT(rows, 8);
  }
#undef COUNT
}
#endif

void sonic_count_lanes(const uint64_t *words, size_t step, size_t rows, const uint64_t *valid,
                       size_t first, size_t end, size_t offset, sonic_digits digits) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512:
      count_lanes_avx512(words, step, rows, valid, first, end, offset, digits);
      return;
    case SONIC_AVX2:
      count_lanes_avx2(words, step, rows, valid, first, end, offset, digits);
      return;
  }
#endif
  count_lanes(words, step, rows, valid, first, end, offset, digits);
}

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

/// Products of a byte and 7 bits that 32 bits hold the sum of.
#define MOST_PRODUCTS 65536

/// One digit of the counts.
INLINE uint64_t weigh_digit(const uint8_t *weights, size_t rows, size_t count,
                            const int8_t *digits, size_t pitch) {
  uint64_t sum = 0;
  for (size_t row = 0; row < rows; row++, weights += count, digits += pitch) {
    for (size_t start = 0; start < count; start += MOST_PRODUCTS) {
      const size_t end = start + MOST_PRODUCTS < count ? start + MOST_PRODUCTS : count;
      uint32_t part = 0;
      for (size_t i = start; i < end; i++) part += (uint32_t)(weights[i] * digits[i]);
      sum += part;
    }
  }
  return sum;
}

INLINE uint64_t weigh(const uint8_t *weights, size_t rows, size_t count, sonic_digits counts,
                      size_t pitch) {
  uint64_t sum = 0;
  for (size_t digit = counts.count; digit-- > 0;) {
    const int8_t *digits = counts.first + digit * counts.pitch;
    sum = (sum << SONIC_DIGIT_BITS) + weigh_digit(weights, rows, count, digits, pitch);
  }
  return sum;
}

#if HAVE_X86
/// Adds both halves of each lane of a part.
AVX512 INLINE __m512i add_halves(__m512i sum, __m512i part) {
  const __m512i lower = _mm512_maskz_mov_epi32(0x5555, part);
  return _mm512_add_epi64(sum, _mm512_add_epi64(_mm512_srli_epi64(part, 32), lower));
}

/// One or two digits of the counts, for which weights are read once.
AVX512 INLINE uint64_t weigh_digits_avx512(const uint8_t *weights, size_t rows, size_t count,
                                           const int8_t *digits, size_t digit_pitch, size_t some,
                                           size_t pitch) {
  const size_t whole = count / 64 * 64;
  const __mmask64 rest = ((__mmask64)1 << count % 64) - 1;
  const __m512i zero = _mm512_setzero_si512();
  __m512i sums[2] = {zero, zero}, parts[2] = {zero, zero};
  // Each lane of a part takes four products a step.
  size_t left = MOST_PRODUCTS / 4;
  for (size_t row = 0; row < rows; row++, weights += count, digits += pitch) {
    for (size_t i = 0; i < count; i += 64) {
      if (left-- == 0) {
        for (size_t digit = 0; digit < some; digit++) {
          sums[digit] = add_halves(sums[digit], parts[digit]);
          parts[digit] = zero;
        }
        left = MOST_PRODUCTS / 4 - 1;
      }
      const __mmask64 used = i < whole ? ~(__mmask64)0 : rest;
      const __m512i weight = _mm512_maskz_loadu_epi8(used, weights + i);
      for (size_t digit = 0; digit < some; digit++) {
        const __m512i own = _mm512_maskz_loadu_epi8(used, digits + digit * digit_pitch + i);
        parts[digit] = _mm512_dpbusd_epi32(parts[digit], weight, own);
      }
    }
  }
  __m512i sum = zero;
  for (size_t digit = some; digit-- > 0;) {
    sum = add_halves(_mm512_slli_epi64(sum, SONIC_DIGIT_BITS), parts[digit]);
    sum = _mm512_add_epi64(sum, sums[digit]);
  }
  return (uint64_t)_mm512_reduce_add_epi64(sum);
}

AVX512 INLINE uint64_t weigh_avx512(const uint8_t *weights, size_t rows, size_t count,
                                    sonic_digits counts, size_t pitch) {
  uint64_t sum = 0;
  for (size_t digit = 0; digit < counts.count; digit += 2) {
    const int8_t *first = counts.first + digit * counts.pitch;
    const uint64_t some =
        counts.count - digit > 1
            ? weigh_digits_avx512(weights, rows, count, first, counts.pitch, 2, pitch)
            : weigh_digits_avx512(weights, rows, count, first, counts.pitch, 1, pitch);
    sum += some << digit * SONIC_DIGIT_BITS;
  }
  return sum;
}
#endif

/// `weigh` of each part.
#define WEIGH_PARTS(weigh)                                                                        \
  for (size_t i = 0; i < count; i++) {                                                            \
    const uint8_t *first = weights + parts[i].start;                                              \
    const sonic_digits own = {counts.first + parts[i].first, counts.count, counts.pitch};         \
    /* Rows that follow each other are one. */                                                    \
    const uint64_t sum = parts[i].count == pitch                                                  \
                             ? weigh(first, 1, rows * pitch, own, pitch)                          \
                             : weigh(first, rows, parts[i].count, own, pitch);                    \
    sums[parts[i].sum] += (ptrdiff_t)sum;                                                         \
  }

#if HAVE_X86
AVX2 static void weigh_parts_avx2(const uint8_t *weights, const sonic_part *parts, size_t count,
                                  size_t rows, sonic_digits counts, size_t pitch,
                                  ptrdiff_t *sums) {
  WEIGH_PARTS(weigh)
}

AVX512 static void weigh_parts_avx512(const uint8_t *weights, const sonic_part *parts,
                                      size_t count, size_t rows, sonic_digits counts, size_t pitch,
                                      ptrdiff_t *sums) {
  WEIGH_PARTS(weigh_avx512)
}
#endif

void sonic_weigh(const uint8_t *weights, const sonic_part *parts, size_t count, size_t rows,
                 sonic_digits counts, size_t pitch, ptrdiff_t *sums) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512:
      weigh_parts_avx512(weights, parts, count, rows, counts, pitch, sums);
      return;
    case SONIC_AVX2: weigh_parts_avx2(weights, parts, count, rows, counts, pitch, sums); return;
  }
#endif
  WEIGH_PARTS(weigh)
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
