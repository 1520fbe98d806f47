#include <string.h>

#include "sonic_kernels.h"
#include "sonic_survey.h"

void sonic_count_elements(const uint8_t *pairs, size_t count, const uint32_t *places,
                          uint8_t *counts) {
  size_t element = 0;
  for (size_t i = 0; i < count; i++) {
    element += pairs[2 * i];
    if (pairs[2 * i + 1] != 0) counts[places[element++]]++;
  }
}

void sonic_mark_elements(const uint8_t *pairs, size_t count, const uint32_t *places,
                         uint64_t *words) {
  size_t element = 0;
  for (size_t i = 0; i < count; i++) {
    element += pairs[2 * i];
    if (pairs[2 * i + 1] == 0) continue;
    const uint32_t place = places[element++];
    words[place / 64] |= (uint64_t)1 << place % 64;
  }
}

void sonic_lay_vectors(const uint8_t *pairs, size_t count, const sonic_cut *cut,
                       const uint32_t *places, const int16_t *values, uint32_t *offsets,
                       int16_t *factors, uint32_t *ends) {
  size_t element = 0, bound = cut->plane;
  uint32_t kept = 0, filled = 0;
  for (size_t i = 0; i < count; i++) {
    const uint8_t code = pairs[2 * i + 1];
    element += pairs[2 * i];
    if (code == 0) continue;
    const int leaves = cut->is_sliced && element >= bound;
    if (leaves) bound = (element / cut->plane + 1) * cut->plane;
    if (filled > 0 && (filled == cut->length || leaves)) {
      *ends++ = kept;
      filled = 0;
    }
    offsets[kept] = places[element++];
    factors[kept++] = values[code % 64];
    filled++;
  }
  if (filled > 0) *ends = kept;
}

/// Bytes that are laid together, so that they stay in the processor's first cache.
#define TOGETHER 16384
/// Where a kernel's next pair is, and from which element on it counts.
typedef struct {
  const uint8_t *pair, *end;
  size_t element;
} cursor;

/// Lays a kernel's survivors before element `end`.
static inline void lay(cursor *at, size_t start, size_t end, size_t width, uint8_t *codes) {
  const uint8_t *pair = at->pair;
  size_t element = at->element;
  while (pair < at->end && element + pair[0] < end) {
    element += pair[0];
    if (pair[1] != 0) codes[(element++ - start) * width] = pair[1];
    pair += 2;
  }
  at->pair = pair;
  at->element = element;
}

void sonic_lay_codes(const uint8_t *weights, const size_t *starts, size_t kernels, size_t patch,
                     size_t width, uint8_t *codes) {
  cursor cursors[4 * SONIC_LANES];
  for (size_t k = 0; k < kernels; k++) {
    cursors[k] = (cursor){weights + starts[k], weights + starts[k + 1], 0};
  }
  const size_t step = TOGETHER / width;
  for (size_t start = 0; start < patch; start += step) {
    const size_t end = start + step < patch ? start + step : patch;
    uint8_t *to = codes + start * width;
    memset(to, 0, (end - start) * width);
    for (size_t k = 0; k < kernels; k++) lay(&cursors[k], start, end, width, to + k);
  }
}
