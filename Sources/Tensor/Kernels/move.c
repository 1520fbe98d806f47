#include <string.h>

#include "sonic_kernels.h"

void sonic_look(const int16_t *codes, size_t count, const int16_t *table, int16_t *found) {
  for (size_t j = 0; j < count; j++) found[j] = table[(uint16_t)codes[j]];
}

void sonic_look_floats(const int16_t *codes, size_t count, const float *table, float *found) {
  for (size_t j = 0; j < count; j++) found[j] = table[(uint16_t)codes[j]];
}

void sonic_move(const int16_t *codes, const uint32_t *starts, size_t rows,
                const uint32_t *offsets, size_t count, int16_t *moved) {
  int is_run = 1;
  for (size_t i = 0; i < count; i++) is_run &= offsets[i] == offsets[0] + i;
  for (size_t row = 0; row < rows; row++, moved += count) {
    const int16_t *from = codes + starts[row];
    if (is_run) {
      memcpy(moved, from + offsets[0], count * sizeof *moved);
    } else {
      for (size_t i = 0; i < count; i++) moved[i] = from[offsets[i]];
    }
  }
}
