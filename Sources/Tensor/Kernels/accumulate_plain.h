/// Accumulation in plain C, for lanes of values and of codes: the compiler makes a copy for each.
#pragma once
#include "adc.h"

INLINE int16_t value_of(uint8_t code, const int16_t *table) {
  return code == 0 ? 0 : table[code % 64];
}

/// Lanes come from `values`, or from `codes` where there are none.
INLINE void accumulate_plain(const int16_t *values, const uint8_t *codes, const int16_t *table,
                             const uint32_t *offsets, const int16_t *factors,
                             const uint32_t *ends, size_t chunks, size_t lanes, int32_t gain,
                             int32_t *sums) {
  const double scale = factor_of(gain);
  for (size_t start = 0; start < lanes; start += SONIC_LANES) {
    int32_t *sum = sums + start;
    memset(sum, 0, SONIC_LANES * sizeof *sum);
    size_t i = 0;
    for (size_t c = 0; c < chunks; c++) {
      int32_t product[SONIC_LANES] = {0};
      for (; i < ends[c]; i++) {
        const size_t lane = offsets[i] + start;
        for (size_t j = 0; j < SONIC_LANES; j++) {
          product[j] += factors[i] * (values ? values[lane + j] : value_of(codes[lane + j], table));
        }
      }
      for (size_t j = 0; j < SONIC_LANES; j++) sum[j] += convert(product[j], scale);
    }
  }
}
