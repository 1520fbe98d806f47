#include "paths.h"

/// What no code is below.
#define LOWEST -32767

INLINE int64_t total(const int16_t *codes, size_t count) {
  // Sums of so many codes have 32 bits.
  const size_t most = 1 << 15;
  int64_t sum = 0;
  for (; count > 0;) {
    const size_t size = count < most ? count : most;
    int32_t part = 0;
    for (size_t j = 0; j < size; j++) part += codes[j];
    sum += part;
    codes += size;
    count -= size;
  }
  return sum;
}
FOR_EACH_PATH(int64_t, total, (const int16_t *codes, size_t count), (codes, count))

size_t sonic_windows_width(sonic_windows windows) {
  const size_t inputs = windows.pad + windows.input;
  const size_t last = (windows.output - 1) * windows.stride;
  const size_t end = last + (windows.taps - 1) * windows.dilation + 1;
  return end > inputs ? end : inputs;
}

/// The largest of the taps of each window on a line; a known stride becomes shuffles of vectors.
INLINE void line_maxima(const int16_t *line, sonic_windows windows, size_t stride,
                        int16_t *largest) {
  for (size_t o = 0; o < windows.output; o++) largest[o] = line[o * stride];
  for (size_t tap = 1; tap < windows.taps; tap++) {
    const int16_t *from = line + tap * windows.dilation;
    for (size_t o = 0; o < windows.output; o++) {
      largest[o] = larger(largest[o], from[o * stride]);
    }
  }
}

INLINE void maxima(const int16_t *plane, sonic_windows rows, sonic_windows columns, int16_t *line,
                   int16_t *largest) {
  const size_t width = sonic_windows_width(columns);
  int16_t *inner = line + columns.pad;
  for (size_t x = 0; x < width; x++) line[x] = LOWEST;
  for (size_t o = 0; o < rows.output; o++, largest += columns.output) {
    for (size_t x = 0; x < columns.input; x++) inner[x] = LOWEST;
    for (size_t tap = 0; tap < rows.taps; tap++) {
      // A row in the padding wraps around, beyond all that are inside.
      const size_t row = o * rows.stride + tap * rows.dilation - rows.pad;
      if (row >= rows.input) continue;
      const int16_t *from = plane + row * columns.input;
      for (size_t x = 0; x < columns.input; x++) inner[x] = larger(inner[x], from[x]);
    }
    switch (columns.stride) {
      case 1: line_maxima(line, columns, 1, largest); break;
      case 2: line_maxima(line, columns, 2, largest); break;
      default: line_maxima(line, columns, columns.stride, largest);
    }
  }
}
FOR_EACH_PATH(void, maxima,
              (const int16_t *plane, sonic_windows rows, sonic_windows columns, int16_t *line,
               int16_t *largest),
              (plane, rows, columns, line, largest))
