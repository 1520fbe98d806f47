/// What clustering does with every weight of a layer. Portable C: each function gives the same bits
/// on every machine, as sums are of integers or have a fixed order.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The weights of a layer, each to be divided by its kernel's size.
struct sonic_weights {
  const float *values;
  /// One for each kernel; NULL where nothing is divided.
  const float *divisors;
  size_t kernels;
  /// Elements of one kernel that lie side by side; then come those of the next, round and round.
  size_t inner;
};

/// Halves of a key: the upper one has so many values.
#define SONIC_KEY_HALVES 65536

/// The sum of squares of `count` floats, in eight lanes that are added up at the end, and how many
/// are not zero.
double sonic_sum_squares(const float *values, size_t count, size_t *nonzeros);

/// Adds the squares of each of `columns` columns of `rows` rows to `sums`, row by row, and how many
/// are not zero to `nonzeros`.
void sonic_sum_columns(const float *values, size_t rows, size_t columns, double *sums,
                       uint32_t *nonzeros);

/// The distinct floats that are not zero, in the order in which they come.
///
/// - limit: at most 255; room for so many is in `distinct`.
/// - Returns how many there are, or limit + 1 if there are more.
size_t sonic_distinct(const float *values, size_t count, size_t limit, float *distinct);

/// The keys of the weights start ..< end that are not zero: a key is an unsigned number in the order
/// of the floats.
///
/// - keys: room for one more than start ..< end.
/// - Returns how many there are.
size_t sonic_keys(const struct sonic_weights *weights, size_t start, size_t end, uint32_t *keys);

/// Counts the weights start ..< end that are not zero by the upper halves of their keys.
void sonic_count_keys(const struct sonic_weights *weights, size_t start, size_t end,
                      uint32_t *counts);

/// Counts the weights start ..< end that are not zero in bins, and sums up the lower halves of their
/// keys.
///
/// - bins: for each upper half, the first of its bins times 32, plus the bits by which the lower half is
///   shifted to give the bin among them.
/// - tallies: each takes 2^40 for a weight, plus its lower half; so at most 2^23 weights a call.
void sonic_tally(const struct sonic_weights *weights, size_t start, size_t end,
                 const uint32_t *bins, uint64_t *tallies);

/// The codes of the weights start ..< end: 0 for zero, else 1 plus the number of limits that the
/// weight's key is not below.
///
/// - limits: ascending, at most 254, then UINT32_MAX.
/// - first: for each upper half of a key, how many limits the least such key is not below.
/// - codes: of start ..< end.
void sonic_encode_weights(const struct sonic_weights *weights, size_t start, size_t end,
                          const uint8_t *first, const uint32_t *limits, uint8_t *codes);
