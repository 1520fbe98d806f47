#include "sonic_multiply.h"

#include "paths.h"

/// Rows that are computed together, as far as there are so many.
#define ROWS 4

/// The columns side by side, with zeros behind them.
INLINE void pack(const struct sonic_matrix *b, size_t depth, size_t columns, float *panel) {
  for (size_t k = 0; k < depth; k++) {
    const float *row = b->elements + k * b->row;
    for (size_t column = 0; column < columns; column++) {
      panel[k * SONIC_COLUMNS + column] = row[column * b->column];
    }
    for (size_t column = columns; column < SONIC_COLUMNS; column++) {
      panel[k * SONIC_COLUMNS + column] = 0;
    }
  }
}

/// Some rows of the result; their sums stay in registers.
INLINE void multiply_rows(const struct sonic_matrix *a, size_t first, const size_t rows,
                          size_t depth, const float *b, size_t b_pitch, size_t columns,
                          float *target, size_t pitch) {
  float sums[ROWS][SONIC_COLUMNS] = {{0}};
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      sums[row][column] = target[(first + row) * pitch + column];
    }
  }
  for (size_t k = 0; k < depth; k++) {
    const float *right = b + k * b_pitch;
    for (size_t row = 0; row < rows; row++) {
      const float left = a->elements[(first + row) * a->row + k * a->column];
      for (size_t column = 0; column < SONIC_COLUMNS; column++) {
        sums[row][column] += left * right[column];
      }
    }
  }
  for (size_t row = 0; row < rows; row++) {
    for (size_t column = 0; column < columns; column++) {
      target[(first + row) * pitch + column] = sums[row][column];
    }
  }
}

INLINE void multiply(const struct sonic_matrix *a, size_t rows, size_t depth,
                     const struct sonic_matrix *b, size_t columns, float *panel, float *target,
                     size_t pitch) {
  const float *right = b->elements;
  size_t b_pitch = b->row;
  // For few rows it does not pay to move columns that are neighbours already.
  if (rows >= ROWS || b->column != 1 || columns < SONIC_COLUMNS) {
    pack(b, depth, columns, panel);
    right = panel;
    b_pitch = SONIC_COLUMNS;
  }
  size_t row = 0;
  for (; row + ROWS <= rows; row += ROWS) {
    multiply_rows(a, row, ROWS, depth, right, b_pitch, columns, target, pitch);
  }
  for (; row < rows; row++) {
    multiply_rows(a, row, 1, depth, right, b_pitch, columns, target, pitch);
  }
}

FOR_EACH_PATH(void, multiply,
              (const struct sonic_matrix *a, size_t rows, size_t depth,
               const struct sonic_matrix *b, size_t columns, float *panel, float *target,
               size_t pitch),
              (a, rows, depth, b, columns, panel, target, pitch))
