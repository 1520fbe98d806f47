#include <math.h>

#include "paths.h"

INLINE void powers(const float *bases, size_t count, const int quarters, const int is_inverse,
                   float *result) {
  for (size_t j = 0; j < count; j++) {
    const double x = bases[j], half = sqrt(x);
    double power = quarters & 2 ? half : 1;
    if (quarters & 1) power *= sqrt(half);
    if (quarters & 4) power *= x;
    if (quarters & 8) power *= x * x;
    if (quarters & 16) power *= x * x * (x * x);
    result[j] = (float)(is_inverse ? 1 / power : power);
  }
}

INLINE void quarter_powers(const float *bases, size_t count, int quarters, int is_inverse,
                           float *result) {
  // The usual exponents of normalizations, as loops of their own.
  if (quarters == 3 && !is_inverse) return powers(bases, count, 3, 0, result);
  if (quarters == 2 && !is_inverse) return powers(bases, count, 2, 0, result);
  if (quarters == 2 && is_inverse) return powers(bases, count, 2, 1, result);
  powers(bases, count, quarters, is_inverse, result);
}
FOR_EACH_PATH(void, quarter_powers,
              (const float *bases, size_t count, int quarters, int is_inverse, float *result),
              (bases, count, quarters, is_inverse, result))
