#include "encoded.h"

/// Numbers that are made at a time: they stay in the nearest cache.
#define BLOCK 512

/// `count` of the numbers, in a block of their own unless they are floats already.
INLINE const float *load(sonic_numbers from, size_t first, size_t count, float *block) {
  if (from.floats) return from.floats + first;
  const int16_t *codes = from.codes + first;
  if (from.table) {
    for (size_t j = 0; j < count; j++) block[j] = from.table[(uint16_t)codes[j]];
  } else {
    for (size_t j = 0; j < count; j++) block[j] = (float)codes[j] * from.step;
  }
  return block;
}

INLINE float made(const int is_product, float x, float y, float lower, float upper) {
  const float value = is_product ? x * y : x + y;
  return value < lower ? lower : value > upper ? upper : value;
}

/// `count` sums or products, as floats or as codes.
INLINE void make(const int is_product, sonic_combination combination, const float *x,
                 const float *y, size_t count, float *floats, float scale, int16_t *codes) {
  const float lower = combination.lower, upper = combination.upper;
  if (floats) {
    for (size_t j = 0; j < count; j++) floats[j] = made(is_product, x[j], y[j], lower, upper);
  } else {
    for (size_t j = 0; j < count; j++) {
      codes[j] = encoded(made(is_product, x[j], y[j], lower, upper), scale);
    }
  }
}

INLINE void combine(sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
                    size_t count, float *floats, float scale, int16_t *codes) {
  float left[BLOCK], right[BLOCK];
  for (size_t first = 0, size; first < count; first += size) {
    size = row == 1 ? count - first : row - first % row;
    size = size < BLOCK ? size : BLOCK;
    const float *x = load(a, first, size, left);
    const float *y = load(b, first / row, row == 1 ? size : 1, right);
    if (row > 1) {
      const float value = y[0];
      for (size_t j = 0; j < size; j++) right[j] = value;
      y = right;
    }
    if (combination.is_product) {
      make(1, combination, x, y, size, floats, scale, codes);
    } else {
      make(0, combination, x, y, size, floats, scale, codes);
    }
    if (floats) floats += size;
    if (codes) codes += size;
  }
}

static void combine_portable(sonic_combination combination, sonic_numbers a, sonic_numbers b,
                             size_t row, size_t count, float *floats, float scale,
                             int16_t *codes) {
  combine(combination, a, b, row, count, floats, scale, codes);
}

#if HAVE_X86
AVX2 static void combine_avx2(sonic_combination combination, sonic_numbers a, sonic_numbers b,
                              size_t row, size_t count, float *floats, float scale,
                              int16_t *codes) {
  combine(combination, a, b, row, count, floats, scale, codes);
}

/// Codes made of codes, all steps taken together: they are powers of two, so that only the sum or the
/// product itself is rounded, before or after.
typedef struct {
  __m512 a, b, least, largest;
} vector_combination;

/// Whether nothing overflows or loses bits on the way between numbers, steps and codes.
INLINE int is_moderate(float magnitude) { return magnitude >= 0x1p-60f && magnitude <= 0x1p60f; }

/// Whether only a step tells numbers from codes.
INLINE int is_plain(sonic_numbers numbers) { return !numbers.floats && !numbers.table; }

INLINE float number(sonic_numbers from, size_t i) {
  if (from.floats) return from.floats[i];
  return from.table ? from.table[(uint16_t)from.codes[i]] : (float)from.codes[i] * from.step;
}

INLINE sonic_numbers behind(sonic_numbers from, size_t count) {
  if (from.floats) from.floats += count;
  if (from.codes) from.codes += count;
  return from;
}

/// The code is the lower half of each lane.
AVX512 INLINE __m512i combined(const int is_product, vector_combination steps, __m512 x, __m512 y) {
  __m512 value = is_product ? _mm512_mul_ps(_mm512_mul_ps(x, y), steps.a)
                            : _mm512_fmadd_ps(y, steps.b, _mm512_mul_ps(x, steps.a));
  value = _mm512_min_ps(_mm512_max_ps(value, steps.least), steps.largest);
  return _mm512_castps_si512(_mm512_add_ps(value, _mm512_set1_ps(ROUNDER)));
}

/// 32 codes; all of `b` or, if there is one for all, `y`.
AVX512 INLINE __m512i combined_codes(const int is_product, const int is_row,
                                     vector_combination steps, __m512i a, __m512i b, __m512 y) {
  const __m512 low = is_row ? y : floats_of(_mm512_castsi512_si256(b));
  const __m512 high = is_row ? y : floats_of(_mm512_extracti64x4_epi64(b, 1));
  return evens(combined(is_product, steps, floats_of(_mm512_castsi512_si256(a)), low),
               combined(is_product, steps, floats_of(_mm512_extracti64x4_epi64(a, 1)), high));
}

/// - b: codes, or none if all are combined with `y`.
AVX512 INLINE void combine_codes(const int is_product, vector_combination steps, const int16_t *a,
                                 const int16_t *b, float y, size_t count, int16_t *codes) {
  const int is_row = b == NULL;
  const __m512 all = _mm512_set1_ps(y);
  for (size_t j = 0; j < count; j += 32) {
    const size_t left = count - j;
    const __mmask32 used = left < 32 ? ((__mmask32)1 << left) - 1 : 0xFFFFFFFF;
    const __m512i x = _mm512_maskz_loadu_epi16(used, a + j);
    const __m512i other =
        is_row ? _mm512_setzero_si512() : _mm512_maskz_loadu_epi16(used, b + j);
    _mm512_mask_storeu_epi16(codes + j, used,
                             combined_codes(is_product, is_row, steps, x, other, all));
  }
}

/// A row for each number of `b`, whatever that comes from.
AVX512 INLINE void combine_rows(const int is_product, sonic_combination combination,
                                vector_combination steps, sonic_numbers a, sonic_numbers b,
                                size_t row, size_t count, float scale, int16_t *codes) {
  for (size_t first = 0, i = 0; first < count; first += row, i++) {
    const float y = number(b, i);
    if (y == 0 || is_moderate(y < 0 ? -y : y)) {
      combine_codes(is_product, steps, a.codes + first, NULL, y, row, codes + first);
    } else {
      combine(combination, behind(a, first), behind(b, i), row, row, NULL, scale, codes + first);
    }
  }
}

INLINE float within_codes(float value) {
  return value < -LARGEST ? -LARGEST : value > LARGEST ? LARGEST : value;
}

AVX512 static void combine_avx512(sonic_combination combination, sonic_numbers a, sonic_numbers b,
                                  size_t row, size_t count, float *floats, float scale,
                                  int16_t *codes) {
  const int is_product = combination.is_product, is_row = row > 1;
  const float a_step = a.step * scale, b_step = is_product ? b.step : b.step * scale;
  if (!codes || !is_plain(a) || !is_moderate(scale) || !is_moderate(a_step) ||
      (!is_row && !(is_plain(b) && is_moderate(b_step)))) {
    return combine(combination, a, b, row, count, floats, scale, codes);
  }
  const vector_combination steps = {
      .a = _mm512_set1_ps(is_product && !is_row ? a_step * b_step : a_step),
      .b = _mm512_set1_ps(is_row ? scale : b_step),
      .least = _mm512_set1_ps(within_codes(combination.lower * scale)),
      .largest = _mm512_set1_ps(within_codes(combination.upper * scale)),
  };
  if (is_row && is_product) {
    combine_rows(1, combination, steps, a, b, row, count, scale, codes);
  } else if (is_row) {
    combine_rows(0, combination, steps, a, b, row, count, scale, codes);
  } else if (is_product) {
    combine_codes(1, steps, a.codes, b.codes, 0, count, codes);
  } else {
    combine_codes(0, steps, a.codes, b.codes, 0, count, codes);
  }
}
#endif

void sonic_combine(sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
                   size_t count, float *floats, float scale, int16_t *codes) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512:
      return combine_avx512(combination, a, b, row, count, floats, scale, codes);
    case SONIC_AVX2: return combine_avx2(combination, a, b, row, count, floats, scale, codes);
  }
#endif
  combine_portable(combination, a, b, row, count, floats, scale, codes);
}
