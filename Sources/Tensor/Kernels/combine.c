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
FOR_EACH_PATH(void, combine,
              (sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
               size_t count, float *floats, float scale, int16_t *codes),
              (combination, a, b, row, count, floats, scale, codes))
