#include "paths.h"

/// Of a block that is not whole.
static void transpose_part(const int16_t *from, size_t rows, size_t columns, size_t from_pitch,
                           int16_t *to, size_t to_pitch) {
  for (size_t column = 0; column < columns; column++) {
    for (size_t row = 0; row < rows; row++) {
      to[column * to_pitch + row] = from[row * from_pitch + column];
    }
  }
}

#if HAVE_X86
/// Eight by eight, in what every processor of this kind has.
static void transpose_block(const int16_t *from, size_t from_pitch, int16_t *to, size_t to_pitch) {
  __m128i a[8], b[8];
  for (int i = 0; i < 8; i++) a[i] = _mm_loadu_si128((const __m128i *)(from + i * from_pitch));
  for (int i = 0; i < 4; i++) {
    b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
    b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
  }
  for (int i = 0; i < 4; i++) {
    a[2 * i] = _mm_unpacklo_epi16(b[i], b[i + 4]);
    a[2 * i + 1] = _mm_unpackhi_epi16(b[i], b[i + 4]);
  }
  for (int i = 0; i < 4; i++) {
    b[2 * i] = _mm_unpacklo_epi16(a[i], a[i + 4]);
    b[2 * i + 1] = _mm_unpackhi_epi16(a[i], a[i + 4]);
  }
  for (int i = 0; i < 8; i++) _mm_storeu_si128((__m128i *)(to + i * to_pitch), b[i]);
}
#else
static void transpose_block(const int16_t *from, size_t from_pitch, int16_t *to, size_t to_pitch) {
  transpose_part(from, 8, 8, from_pitch, to, to_pitch);
}
#endif

void sonic_transpose(const int16_t *from, size_t rows, size_t columns, size_t from_pitch,
                     int16_t *to, size_t to_pitch) {
  const size_t whole_rows = rows / 8 * 8, whole_columns = columns / 8 * 8;
  for (size_t column = 0; column < whole_columns; column += 8) {
    for (size_t row = 0; row < whole_rows; row += 8) {
      transpose_block(from + row * from_pitch + column, from_pitch, to + column * to_pitch + row,
                      to_pitch);
    }
  }
  transpose_part(from + whole_rows * from_pitch, rows - whole_rows, columns, from_pitch,
                 to + whole_rows, to_pitch);
  transpose_part(from + whole_columns, whole_rows, columns - whole_columns, from_pitch,
                 to + whole_columns * to_pitch, to_pitch);
}
