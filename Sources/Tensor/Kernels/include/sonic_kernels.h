/// The vector kernels of the fast executor. Each has a portable path and vector paths, of which the
/// best that the processor has is chosen at run time; all give the same bits (Docs/Numerics.md).
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Lanes are read, computed and written in multiples of this.
#define SONIC_LANES 32

/// The ADC codes of a kernel's vectors, added up, in each of `lanes` lanes.
///
/// A chunk is a vector of at most a VDU's length. Its product in lane j is the sum over its elements i
/// of factors[i] * planes[offsets[i] + j], exact in 32 bits; its code is product * gain * 2^-32, the
/// product rounded to binary32 first, rounded to the nearest integer, ties to even, saturating at
/// -32767 and 32767. Chunk c has the elements ends[c - 1] ..< ends[c].
///
/// - saturates: zero only if no product can reach beyond the range.
/// - lanes: a multiple of SONIC_LANES.
void sonic_accumulate(const int16_t *planes, const uint32_t *offsets, const int16_t *factors,
                      const uint32_t *ends, size_t chunks, size_t lanes, int32_t gain,
                      int saturates, int32_t *sums);

/// The same where lanes hold codes of a table's values, 0 standing for zero and c for table[c % 64], of
/// 64 values: half the memory to read, for lanes that are read once.
void sonic_accumulate_codes(const uint8_t *codes, const int16_t *table, const uint32_t *offsets,
                            const int16_t *factors, const uint32_t *ends, size_t chunks,
                            size_t lanes, int32_t gain, int saturates, int32_t *sums);

/// The values that codes stand for. `count` is a multiple of SONIC_LANES.
void sonic_expand(const uint8_t *codes, const int16_t *table, size_t count, int16_t *values);

/// What turns a kernel's partial sums into activations.
typedef struct {
  int64_t bias;
  int32_t multiplier;
  int32_t shift;
} sonic_scale;

/// Lanes that follow each other, and where what becomes of them goes.
typedef struct {
  size_t lane;
  size_t count;
  int16_t *to;
} sonic_run;

/// HardSwish of codes, each step of its formula rounded to binary32: of x = code * step,
/// x * max(0, min(1, x / 6 + 1/2)) + addend, as a code as sonic_encode has it with `scale`, but no less than
/// `lower` and no more than `upper`. `step` and `scale` are powers of two.
typedef struct {
  float step;
  float addend;
  float scale;
  int16_t lower;
  int16_t upper;
} sonic_swish;

/// What becomes of scaled sums.
typedef struct {
  int16_t lower;
  int16_t upper;
  /// If there is one, the entry that is the code is wanted, as sonic_look has it.
  const int16_t *table;
  /// If there is one, what makes the same of each code as the table, without reading from memory.
  const sonic_swish *swish;
} sonic_finish;

/// to[offset + j * step] = clamp((sums[lane + j] * multiplier + bias + 2^(shift - 1)) >> shift,
/// lower, upper), or what a table has for that, for all j of each run.
///
/// - sums: NULL if all are zero.
/// - most: no sum has a larger magnitude.
void sonic_collect(const int32_t *sums, int32_t most, sonic_scale scale, sonic_finish finish,
                   const sonic_run *runs, size_t count, size_t step, size_t offset);

/// Whether sonic_collect can use `swish` in place of `table`: whether the processor has vectors for it, and it
/// makes the same of each of 65,536 codes.
int sonic_is_swish(const sonic_swish *swish, const int16_t *table);

/// Scales side by side, for lanes that have one each. An offset is bias + 2^(shift - 1).
typedef struct {
  const int64_t *offsets;
  const int32_t *multipliers;
  const int64_t *shifts;
} sonic_scales;

/// codes[j] = clamp((sums[j] * multipliers[j] + offsets[j]) >> shifts[j], lower, upper).
void sonic_collect_each(const int32_t *sums, size_t count, sonic_scales scales, int16_t lower,
                        int16_t upper, int16_t *codes);

/// norms[j] = bias + alpha * the sum of the squares of values[row * pitch + j] for all rows, row by row, all
/// in binary32.
void sonic_norms(const float *values, size_t rows, size_t pitch, size_t count, float alpha,
                 float bias, float *norms);

/// sums[run] = the sum of the `count` values from run * count on, in their order, in binary64.
void sonic_sum_runs(const float *values, size_t runs, size_t count, double *sums);

/// quotients[j] = a[j] / b[j].
void sonic_divide(const float *a, const float *b, size_t count, float *quotients);

/// powers[j] = bases[j]^(quarters / 4), or its inverse: in binary64, the product of those of x^(1/2),
/// x^(1/4), x, x^2 and x^4, in this order, that the bits 2, 1, 4, 8 and 16 of `quarters` ask for.
void sonic_quarter_powers(const float *bases, size_t count, int quarters, int is_inverse,
                          float *powers);

/// codes[j] = values[j] * scale to the nearest integer, ties to even, within -32767 ... 32767; NaN gives
/// 0. `scale` is a power of two.
void sonic_encode(const float *values, size_t count, float scale, int16_t *codes);

/// values[j] = codes[j] * step.
void sonic_decode(const int16_t *codes, size_t count, float step, float *values);

/// Floats, if there are any; else codes. Each stands for the number in a table of 65,536 that it is the
/// index of, as an unsigned number, or, without a table, for itself times a step.
typedef struct {
  const float *floats;
  const int16_t *codes;
  const float *table;
  float step;
} sonic_numbers;

/// What is made of two numbers, in binary32: their product or their sum, no less than `lower` and no
/// more than `upper`.
typedef struct {
  int is_product;
  float lower;
  float upper;
} sonic_combination;

/// Number i of `count` is made of numbers i of a and i / row of b. The numbers become floats where there
/// is room for those; else codes, as sonic_encode has it.
void sonic_combine(sonic_combination combination, sonic_numbers a, sonic_numbers b, size_t row,
                   size_t count, float *floats, float scale, int16_t *codes);

/// found[j] = the entry of a table of 65,536 that is code j, as an unsigned number.
void sonic_look(const int16_t *codes, size_t count, const int16_t *table, int16_t *found);
void sonic_look_floats(const int16_t *codes, size_t count, const float *table, float *found);

/// moved[row * count + i] = codes[starts[row] + offsets[i]].
void sonic_move(const int16_t *codes, const uint32_t *starts, size_t rows,
                const uint32_t *offsets, size_t count, int16_t *moved);

/// The sum of the codes.
int64_t sonic_total(const int16_t *codes, size_t count);

/// How windows lie along an axis: tap t of window o at input o * stride + t * dilation - pad.
typedef struct {
  size_t input;
  size_t taps;
  size_t stride;
  size_t dilation;
  size_t pad;
  size_t output;
} sonic_windows;

/// Codes from the first tap of the first window to the last of the last or, if that is behind it, to the
/// end of the input.
size_t sonic_windows_width(sonic_windows windows);

/// The largest code in each window on a plane, at least -32767; taps outside of the input take no part.
///
/// - line: room for sonic_windows_width(columns).
void sonic_maxima(const int16_t *plane, sonic_windows rows, sonic_windows columns, int16_t *line,
                  int16_t *largest);

/// The largest magnitude among the codes, none of which is -32768.
int sonic_peak(const int16_t *codes, size_t count);

/// Planes of rows of numbers: how far it is from one to the next of each.
typedef struct {
  const int16_t *numbers;
  size_t planes;
  size_t plane_pitch;
  size_t rows;
  size_t row_pitch;
  size_t step;
} sonic_planes;

/// to[plane * plane_pitch + row * row_pitch + i] = number i of the row, of the first `count` in each.
void sonic_take(sonic_planes from, size_t count, int16_t *to, size_t plane_pitch,
                size_t row_pitch);

/// to[column * to_pitch + row] = from[row * from_pitch + column].
void sonic_transpose(const int16_t *from, size_t rows, size_t columns, size_t from_pitch,
                     int16_t *to, size_t to_pitch);

/// The variance of a receiver's noise, in units of a product: thermal + shot times the light of all
/// channels + intensity times the sum of its squares.
typedef struct {
  double thermal;
  double shot;
  double intensity;
} sonic_receiver;

/// Between the random numbers of one vector and of the next.
#define SONIC_NOISE_STEP 0xD1B54A32D192ED03

/// Adds the code of a vector to each of `count` partial sums: what is held times the values at its places and
/// elements, with noise drawn from `noise`, a step on for each.
void sonic_noisy_vector(const double *values, const ptrdiff_t *places, size_t count,
                        const double *held, const ptrdiff_t *elements, size_t length,
                        const sonic_receiver *receiver, int32_t gain, uint64_t noise,
                        int32_t *sums);

/// The values that are not zero: their number, each value, and `first` plus `step` times its index.
/// Writes up to `count` rounded up to a multiple of SONIC_LANES of both.
size_t sonic_squeeze(const int16_t *values, size_t count, uint32_t first, uint32_t step,
                     uint32_t *offsets, int16_t *squeezed);

/// Which values are not zero, one bit each from the lowest on, in rows of `width` values, `pitch` apart, of
/// which the first are marked. Word k of a row goes to words[k * step + row]; the rest of a row's last
/// word is zero.
///
/// - marked: a multiple of 64, or the width.
/// - Returns the largest magnitude among all values, none of which is -32768.
int sonic_scan(const int16_t *values, size_t rows, size_t pitch, size_t width, size_t marked,
               size_t step, uint64_t *words);

/// The bits of a digit.
enum { SONIC_DIGIT_BITS = 7 };

/// Numbers that are not negative, in digits of so many bits: multiplied by bytes, those are summed four at a
/// time. Digit d of number i, from the lowest on, is first[d * pitch + i].
typedef struct {
  int8_t *first;
  size_t count;
  size_t pitch;
} sonic_digits;

/// Writes for each row how many of the lanes first ..< end that are `valid` have their bit set in it,
/// `offset` further on, the words of `rows` rows lying as sonic_scan leaves them.
///
/// - valid: a bit for each lane, up to the `end` of any row; a word of zeros lies before, and one behind.
/// - digits: of `rows` numbers, as many as the number of lanes that are valid has: one of a single lane.
void sonic_count_lanes(const uint64_t *words, size_t step, size_t rows, const uint64_t *valid,
                       size_t first, size_t end, size_t offset, sonic_digits digits);

/// Adds one to each count whose value is not zero.
void sonic_add_nonzero(const int16_t *values, size_t count, int32_t *counts);

/// How many bits of `count` rows, of so many words each, are set in `mask` too.
uint64_t sonic_count_common(const uint64_t *rows, size_t count, const uint64_t *mask,
                            size_t words);

/// Some weights: where they start, which numbers of each row they belong to, and which sum.
typedef struct {
  size_t start;
  size_t first;
  size_t count;
  size_t sum;
} sonic_part;

/// Adds to each of `count` parts' sum its weights, row by row, times the counts that they belong to, of which
/// there are `rows` rows, `pitch` numbers apart.
void sonic_weigh(const uint8_t *weights, const sonic_part *parts, size_t count, size_t rows,
                 sonic_digits counts, size_t pitch, ptrdiff_t *sums);

/// Paths that a processor may have, each better than the one before.
enum { SONIC_PORTABLE, SONIC_AVX2, SONIC_AVX512 };

/// Takes no better path than `most` from now on: for tests.
void sonic_limit_path(int most);

/// The path in use.
int sonic_path(void);

/// Lets the C library keep memory that is freed for the next that is needed, instead of handing it back
/// to the system, which clears every page anew: a tenth of the time of a run.
void sonic_keep_freed_memory(void);

/// Asks for pages of 2 MiB, where the system has them, for memory that is about to be written for the
/// first time: it clears and maps a page at a time, and small ones take it longer than writing them does.
void sonic_use_large_pages(void *start, size_t bytes);
