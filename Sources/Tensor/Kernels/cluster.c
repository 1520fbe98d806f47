#include "sonic_cluster.h"

#include <string.h>

/// Weights that are divided at a time, so that they stay in the first cache.
#define BLOCK 512

/// Divided weights; -0 becomes 0.
struct block {
  float values[BLOCK];
};

/// Divides the weights from `start` on, as many as a block takes or as there are before `end`.
static inline size_t divide(const struct sonic_weights *weights, size_t start, size_t end,
                            struct block *block) {
  const size_t count = end - start < BLOCK ? end - start : BLOCK;
  const float *values = weights->values + start;
  if (!weights->divisors) {
    for (size_t i = 0; i < count; i++) block->values[i] = values[i] + 0.0f;
    return count;
  }
  size_t kernel = start / weights->inner % weights->kernels;
  if (weights->inner == 1) {
    for (size_t i = 0; i < count;) {
      const size_t left = weights->kernels - kernel;
      const size_t run = left < count - i ? left : count - i;
      const float *divisors = weights->divisors + kernel;
      for (size_t j = 0; j < run; j++) block->values[i + j] = values[i + j] / divisors[j] + 0.0f;
      i += run;
      kernel = 0;
    }
    return count;
  }
  size_t left = weights->inner - start % weights->inner;
  for (size_t i = 0; i < count;) {
    const size_t run = left < count - i ? left : count - i;
    const float divisor = weights->divisors[kernel];
    for (size_t j = 0; j < run; j++) block->values[i + j] = values[i + j] / divisor + 0.0f;
    i += run;
    kernel = kernel + 1 == weights->kernels ? 0 : kernel + 1;
    left = weights->inner;
  }
  return count;
}

/// Negative floats are flipped, positive ones raised above them.
static inline uint32_t key_of(float value) {
  uint32_t bits;
  memcpy(&bits, &value, sizeof bits);
  return bits ^ ((uint32_t)((int32_t)bits >> 31) | 0x80000000u);
}

/// The keys of those that are not zero. Without a branch, as zeros are anywhere.
static inline size_t survivors(const struct block *block, size_t count, uint32_t *keys) {
  size_t survivors = 0;
  for (size_t i = 0; i < count; i++) {
    keys[survivors] = key_of(block->values[i]);
    survivors += block->values[i] != 0;
  }
  return survivors;
}

double sonic_sum_squares(const float *values, size_t count, size_t *nonzeros) {
  double lanes[8] = {0};
  size_t found = 0;
  size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (size_t j = 0; j < 8; j++) {
      const double value = values[i + j];
      lanes[j] += value * value;
      found += values[i + j] != 0;
    }
  }
  for (size_t j = 0; i < count; i++, j++) {
    const double value = values[i];
    lanes[j] += value * value;
    found += values[i] != 0;
  }
  *nonzeros = found;
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

void sonic_sum_columns(const float *values, size_t rows, size_t columns, double *sums,
                       uint32_t *nonzeros) {
  for (size_t row = 0; row < rows; row++) {
    const float *line = values + row * columns;
    for (size_t column = 0; column < columns; column++) {
      const double value = line[column];
      sums[column] += value * value;
      nonzeros[column] += line[column] != 0;
    }
  }
}

size_t sonic_distinct(const float *values, size_t count, size_t limit, float *distinct) {
  // At most a quarter full; zero marks a free place.
  float table[1024] = {0};
  size_t found = 0;
  for (size_t i = 0; i < count; i++) {
    const float value = values[i];
    if (value == 0) continue;
    size_t place = key_of(value) * 2654435769u >> 22;
    while (table[place] != 0 && table[place] != value) place = (place + 1) & 1023;
    if (table[place] == value) continue;
    if (found == limit) return limit + 1;
    table[place] = value;
    distinct[found++] = value;
  }
  return found;
}

size_t sonic_keys(const struct sonic_weights *weights, size_t start, size_t end, uint32_t *keys) {
  struct block block;
  size_t found = 0;
  for (size_t i = start; i < end;) {
    const size_t count = divide(weights, i, end, &block);
    found += survivors(&block, count, keys + found);
    i += count;
  }
  return found;
}

void sonic_count_keys(const struct sonic_weights *weights, size_t start, size_t end,
                      uint32_t *counts) {
  struct block block;
  uint32_t keys[BLOCK + 1];
  for (size_t i = start; i < end;) {
    const size_t count = divide(weights, i, end, &block);
    const size_t found = survivors(&block, count, keys);
    for (size_t j = 0; j < found; j++) counts[keys[j] >> 16]++;
    i += count;
  }
}

void sonic_tally(const struct sonic_weights *weights, size_t start, size_t end,
                 const uint32_t *bins, uint64_t *tallies) {
  struct block block;
  uint32_t keys[BLOCK + 1];
  for (size_t i = start; i < end;) {
    const size_t count = divide(weights, i, end, &block);
    const size_t found = survivors(&block, count, keys);
    for (size_t j = 0; j < found; j++) {
      const uint32_t low = keys[j] & 0xFFFF;
      const uint32_t bin = bins[keys[j] >> 16];
      tallies[(bin >> 5) + (low >> (bin & 31))] += ((uint64_t)1 << 40) + low;
    }
    i += count;
  }
}

void sonic_encode_weights(const struct sonic_weights *weights, size_t start, size_t end,
                          const uint8_t *first, const uint32_t *limits, uint8_t *codes) {
  struct block block;
  for (size_t i = start; i < end;) {
    const size_t count = divide(weights, i, end, &block);
    uint8_t *out = codes + (i - start);
    for (size_t j = 0; j < count; j++) {
      const uint32_t key = key_of(block.values[j]);
      uint32_t code = first[key >> 16];
      code += key >= limits[code];
      while (key >= limits[code]) code++;
      out[j] = block.values[j] == 0 ? 0 : (uint8_t)(code + 1);
    }
    i += count;
  }
}
