#include <string.h>

#include "paths.h"

/// The largest code.
#define LARGEST 32767

INLINE int16_t scaled(int32_t sum, sonic_scale scale, int16_t lower, int16_t upper) {
  const int64_t half = (int64_t)1 << (scale.shift - 1);
  const int64_t code = ((int64_t)sum * scale.multiplier + (scale.bias + half)) >> scale.shift;
  return (int16_t)(code < lower ? lower : code > upper ? upper : code);
}

INLINE void collect(const int32_t *sums, size_t count, sonic_scale scale, int16_t lower,
                    int16_t upper, int16_t *codes) {
  for (size_t j = 0; j < count; j++) codes[j] = scaled(sums[j], scale, lower, upper);
}
FOR_EACH_PATH(void, collect,
              (const int32_t *sums, size_t count, sonic_scale scale, int16_t lower, int16_t upper,
               int16_t *codes),
              (sums, count, scale, lower, upper, codes))

INLINE void collect_each(const int32_t *sums, size_t count, const sonic_scale *scales,
                         int16_t lower, int16_t upper, int16_t *codes) {
  for (size_t j = 0; j < count; j++) codes[j] = scaled(sums[j], scales[j], lower, upper);
}
FOR_EACH_PATH(void, collect_each,
              (const int32_t *sums, size_t count, const sonic_scale *scales, int16_t lower,
               int16_t upper, int16_t *codes),
              (sums, count, scales, lower, upper, codes))

INLINE void encode(const float *values, size_t count, float scale, int16_t *codes) {
  for (size_t j = 0; j < count; j++) {
    const float value = values[j] * scale;
    float code = value < -LARGEST ? -LARGEST : value;
    code = code > LARGEST ? LARGEST : code;
    // Adding 1.5 * 2^23 leaves a number of small magnitude rounded in the lowest bits.
    const float shifted = (code == code ? code : 0) + 12582912.0f;
    int32_t bits;
    memcpy(&bits, &shifted, sizeof bits);
    codes[j] = (int16_t)(bits - 0x4B400000);
  }
}
FOR_EACH_PATH(void, encode, (const float *values, size_t count, float scale, int16_t *codes),
              (values, count, scale, codes))

INLINE void decode(const int16_t *codes, size_t count, float step, float *values) {
  for (size_t j = 0; j < count; j++) values[j] = (float)codes[j] * step;
}
FOR_EACH_PATH(void, decode, (const int16_t *codes, size_t count, float step, float *values),
              (codes, count, step, values))

INLINE int peak(const int16_t *codes, size_t count) {
  int16_t largest = 0;
  for (size_t j = 0; j < count; j++) {
    const int16_t magnitude = (int16_t)(codes[j] < 0 ? -codes[j] : codes[j]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}
FOR_EACH_PATH(int, peak, (const int16_t *codes, size_t count), (codes, count))
