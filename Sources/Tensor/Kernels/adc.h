/// The arithmetic of the ADC, as Docs/Numerics.md has it.
#pragma once
#include <string.h>

#include "paths.h"

/// The largest code of the ADC.
#define LARGEST 32767
/// Adding 1.5 * 2^23 rounds a number of small magnitude to an integer, in the lowest bits of the sum.
#define ROUNDER 12582912.0f
#define ROUNDER_BITS 0x4B400000

/// What a gain stands for, exact: gains have 24 bits.
INLINE float factor_of(int32_t gain) { return (float)gain * 0x1p-32f; }

/// The code of a product of 24 bits; `scale` is ``factor_of`` its gain.
INLINE int32_t code_of(float product, double scale) {
  // Exact: two factors of 24 bits.
  const double code = (double)product * scale;
  const double bounded = code < -LARGEST ? -LARGEST : code > LARGEST ? LARGEST : code;
  // As ROUNDER, for 52 bits.
  const double shifted = bounded + 0x1.8p52;
  int64_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return (int32_t)bits;
}

/// The code of a product that noise has not touched.
INLINE int32_t convert(int32_t product, double scale) { return code_of((float)product, scale); }
