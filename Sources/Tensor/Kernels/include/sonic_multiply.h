/// Products of matrices of floats in a fixed order: for each element of the result the products of its row
/// and its column are added up one after another, each product rounded and then each sum. All paths, and
/// any number of threads, give the same bits.
#pragma once
#include <stddef.h>

/// Columns that are computed together.
#define SONIC_COLUMNS 32

/// A matrix: where its element of row 0 and column 0 is, and how far it is from there to the next row and to
/// the next column.
struct sonic_matrix {
  const float *elements;
  size_t row;
  size_t column;
};

/// Adds the product of `a`, of `rows` rows and `depth` columns, and at most SONIC_COLUMNS columns of `b` to
/// `target`, whose rows are `pitch` apart and whose columns are neighbours.
///
/// - panel: room for SONIC_COLUMNS * depth floats.
void sonic_multiply(const struct sonic_matrix *a, size_t rows, size_t depth,
                    const struct sonic_matrix *b, size_t columns, float *panel, float *target,
                    size_t pitch);
