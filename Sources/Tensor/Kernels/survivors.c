#include "sonic_survivors.h"

#include <string.h>

/// The largest skip, which fillers have.
#define LARGEST_SKIP 255

/// The top bit of each byte that is not zero.
static inline uint64_t nonzero_bytes(uint64_t word) {
  const uint64_t low = 0x7F7F7F7F7F7F7F7Full;
  return (((word & low) + low) | word) & ~low;
}

/// Eight codes, the first in the lowest byte.
static inline uint64_t load(const uint8_t *codes) {
  uint64_t word;
  memcpy(&word, codes, sizeof word);
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
  word = __builtin_bswap64(word);
#endif
  return word;
}

size_t sonic_count_pairs(const uint8_t *codes, size_t count) {
  size_t pairs = 0, gap = 0, i = 0;
  for (; i + 8 <= count; i += 8) {
    const uint64_t mask = nonzero_bytes(load(codes + i));
    if (mask == 0) {
      gap += 8;
      continue;
    }
    gap += (size_t)__builtin_ctzll(mask) / 8;
    if (gap >= LARGEST_SKIP) pairs += gap / LARGEST_SKIP;
    pairs += (size_t)__builtin_popcountll(mask);
    gap = (size_t)__builtin_clzll(mask) / 8;
  }
  for (; i < count; i++) {
    if (codes[i] == 0) {
      gap++;
    } else {
      pairs += 1 + gap / LARGEST_SKIP;
      gap = 0;
    }
  }
  return pairs;
}

void sonic_write_pairs(const uint8_t *codes, size_t count, uint8_t *pairs) {
  // Zeros at the end are not written; so a survivor is always still to come, and a pair that it
  // will overwrite can be written without a branch.
  while (count > 0 && codes[count - 1] == 0) count--;
  size_t skip = 0, i = 0;
  while (i < count) {
    if (i + 8 <= count && load(codes + i) == 0) {
      skip += 8;
      i += 8;
      continue;
    }
    const size_t end = i + 8 < count ? i + 8 : count;
    for (; i < end; i++) {
      const uint8_t code = codes[i];
      if (skip >= LARGEST_SKIP && code != 0) {
        for (; skip >= LARGEST_SKIP; skip -= LARGEST_SKIP, pairs += 2) {
          pairs[0] = LARGEST_SKIP;
          pairs[1] = 0;
        }
      }
      pairs[0] = (uint8_t)skip;
      pairs[1] = code;
      pairs += code != 0 ? 2 : 0;
      skip = code != 0 ? 0 : skip + 1;
    }
  }
}

size_t sonic_count_survivors(const uint8_t *pairs, size_t count) {
  size_t survivors = 0;
  for (size_t i = 0; i < count; i++) survivors += pairs[2 * i + 1] != 0;
  return survivors;
}

/// A run of codes of one kernel.
static void decode_run(const uint8_t *codes, size_t count, const float *table, float gain,
                       float *values) {
  float scaled[256];
  if (count < 512) {
    for (size_t i = 0; i < count; i++) values[i] = table[codes[i]] * gain;
    return;
  }
  for (size_t i = 0; i < 256; i++) scaled[i] = table[i] * gain;
  for (size_t i = 0; i < count; i++) values[i] = scaled[codes[i]];
}

void sonic_decode_weights(const uint8_t *codes, size_t count, const float *table,
                          const float *gains, size_t kernels, size_t inner, float *values) {
  if (!gains) {
    for (size_t i = 0; i < count; i++) values[i] = table[codes[i]];
    return;
  }
  if (inner == 1) {
    for (size_t start = 0; start < count; start += kernels) {
      for (size_t k = 0; k < kernels; k++) {
        values[start + k] = table[codes[start + k]] * gains[k];
      }
    }
    return;
  }
  for (size_t start = 0, kernel = 0; start < count; start += inner) {
    decode_run(codes + start, inner, table, gains[kernel], values + start);
    kernel = kernel + 1 == kernels ? 0 : kernel + 1;
  }
}
