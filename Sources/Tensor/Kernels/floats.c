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

/// Sums that are made at a time: they stay in registers.
#define NORMS 32

/// `size` of them: their sums stay in registers where that is known beforehand.
INLINE void some_norms(const float *values, size_t rows, size_t pitch, const size_t size,
                       float alpha, float bias, float *norms) {
  float sums[NORMS] = {0};
  for (size_t row = 0; row < rows; row++, values += pitch) {
    for (size_t j = 0; j < size; j++) sums[j] += values[j] * values[j];
  }
  for (size_t j = 0; j < size; j++) norms[j] = bias + alpha * sums[j];
}

INLINE void norms(const float *values, size_t rows, size_t pitch, size_t count, float alpha,
                  float bias, float *norms) {
  size_t first = 0;
  for (; first + NORMS <= count; first += NORMS) {
    some_norms(values + first, rows, pitch, NORMS, alpha, bias, norms + first);
  }
  some_norms(values + first, rows, pitch, count - first, alpha, bias, norms + first);
}
FOR_EACH_PATH(void, norms,
              (const float *values, size_t rows, size_t pitch, size_t count, float alpha,
               float bias, float *result),
              (values, rows, pitch, count, alpha, bias, result))

INLINE void divide(const float *a, const float *b, size_t count, float *quotients) {
  for (size_t j = 0; j < count; j++) quotients[j] = a[j] / b[j];
}
FOR_EACH_PATH(void, divide, (const float *a, const float *b, size_t count, float *quotients),
              (a, b, count, quotients))

/// Runs that are summed side by side: each sum waits for its own last number only.
#define RUNS 8

INLINE void sum_runs(const float *values, size_t runs, size_t count, double *sums) {
  size_t run = 0;
  for (; run + RUNS <= runs; run += RUNS, values += RUNS * count) {
    double some[RUNS] = {0};
    for (size_t j = 0; j < count; j++) {
      for (size_t k = 0; k < RUNS; k++) some[k] += values[k * count + j];
    }
    for (size_t k = 0; k < RUNS; k++) sums[run + k] = some[k];
  }
  for (; run < runs; run++, values += count) {
    double sum = 0;
    for (size_t j = 0; j < count; j++) sum += values[j];
    sums[run] = sum;
  }
}
FOR_EACH_PATH(void, sum_runs, (const float *values, size_t runs, size_t count, double *sums),
              (values, runs, count, sums))
