/// How numbers become codes.
#pragma once
#include <string.h>

#include "adc.h"

/// As sonic_encode has it.
INLINE int16_t encoded(float value, float scale) {
  value *= scale;
  float code = value < -LARGEST ? -LARGEST : value;
  code = code > LARGEST ? LARGEST : code;
  const float shifted = (code == code ? code : 0) + ROUNDER;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return (int16_t)(bits - ROUNDER_BITS);
}
