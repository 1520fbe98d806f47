/// Vectors whose light is noisy, as Docs/Numerics.md has them.
#include <math.h>

#include "adc.h"

/// Lanes that go side by side.
#define LANES 16

/// SplitMix64, as Support's SeededRandom.
INLINE uint64_t next(uint64_t *state) {
  uint64_t z = *state += 0x9E3779B97F4A7C15;
  z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
  z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
  return z ^ (z >> 31);
}

/// Close to normal (0, 1): the sum of twelve uniforms of 16 bits, less its mean.
INLINE double normal(uint64_t state) {
  int64_t sum = 0;
  for (int draw = 0; draw < 3; draw++) {
    const uint64_t bits = next(&state);
    sum += (bits & 0xFFFF) + (bits >> 16 & 0xFFFF) + (bits >> 32 & 0xFFFF) + (bits >> 48);
  }
  return (double)(int32_t)(sum - 6 * 0xFFFF) * 0x1p-16;
}

INLINE void noisy_lanes(const double *values, const ptrdiff_t *places, const double *held,
                        const ptrdiff_t *elements, size_t length, const sonic_receiver *receiver,
                        double scale, uint64_t noise, const int lanes, int32_t *sums) {
  double product[LANES], light[LANES], squares[LANES];
  for (int j = 0; j < lanes; j++) product[j] = light[j] = squares[j] = 0;
  for (size_t i = 0; i < length; i++) {
    for (int j = 0; j < lanes; j++) {
      const double part = held[i] * values[places[j] + elements[i]];
      product[j] += part;
      light[j] += fabs(part);
      squares[j] += part * part;
    }
  }
  for (int j = 0; j < lanes; j++) {
    const double variance =
        receiver->thermal + receiver->shot * light[j] + receiver->intensity * squares[j];
    const double noisy = product[j] + sqrt(variance) * normal(noise + j * SONIC_NOISE_STEP);
    sums[j] += code_of((float)noisy, scale);
  }
}

INLINE void noisy_vector(const double *values, const ptrdiff_t *places, size_t count,
                         const double *held, const ptrdiff_t *elements, size_t length,
                         const sonic_receiver *receiver, int32_t gain, uint64_t noise,
                         int32_t *sums) {
  const double scale = factor_of(gain);
  size_t j = 0;
  for (; j + LANES <= count; j += LANES) {
    noisy_lanes(values, places + j, held, elements, length, receiver, scale,
                noise + j * SONIC_NOISE_STEP, LANES, sums + j);
  }
  for (; j < count; j++) {
    noisy_lanes(values, places + j, held, elements, length, receiver, scale,
                noise + j * SONIC_NOISE_STEP, 1, sums + j);
  }
}
FOR_EACH_PATH(void, noisy_vector,
              (const double *values, const ptrdiff_t *places, size_t count, const double *held,
               const ptrdiff_t *elements, size_t length, const sonic_receiver *receiver, int32_t gain,
               uint64_t noise, int32_t *sums),
              (values, places, count, held, elements, length, receiver, gain, noise, sums))
