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

INLINE float bounded(float value, float lower, float upper) {
  return value < lower ? lower : value > upper ? upper : value;
}

INLINE void combine(sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
                    size_t count, float *floats, float scale, int16_t *codes) {
  const float lower = combination.lower, upper = combination.upper;
  float left[BLOCK], right[BLOCK], made[BLOCK];
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
    float *z = floats ? floats + first : made;
    if (combination.is_product) {
      for (size_t j = 0; j < size; j++) z[j] = bounded(x[j] * y[j], lower, upper);
    } else {
      for (size_t j = 0; j < size; j++) z[j] = bounded(x[j] + y[j], lower, upper);
    }
    if (floats) continue;
    for (size_t j = 0; j < size; j++) codes[first + j] = encoded(z[j], scale);
  }
}
FOR_EACH_PATH(void, combine,
              (sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
               size_t count, float *floats, float scale, int16_t *codes),
              (combination, a, b, row, count, floats, scale, codes))
