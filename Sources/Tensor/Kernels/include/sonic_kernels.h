/// The vector kernels of the fast executor. Each has a portable path and one for AVX2, chosen at run
/// time; both give the same bits (Docs/Numerics.md).
#pragma once
#include <stddef.h>
#include <stdint.h>

/// Lanes that a call may read and write beyond those asked for, rounded up to a multiple of this.
#define SONIC_LANES 32

/// Adds the ADC codes of a run of chunks to the partial sums of `lanes` lanes.
///
/// A chunk is a vector dot product of at most a VDU's length. Its product in lane j is the sum over
/// its elements i of factors[i] * planes[offsets[i] + j], exact in 32 bits; its code is
/// (product * gain + 2^31) >> 32, saturating at -32767 and 32767. Chunk c has the elements ends[c - 1] ..< ends[c].
///
/// - lanes: rounded up to a multiple of SONIC_LANES; planes and sums must reach that far.
void sonic_accumulate(const int16_t *planes, const uint32_t *offsets, const int16_t *factors,
                      const uint32_t *ends, size_t chunks, size_t lanes, int32_t gain,
                      int32_t *sums);

/// The number of values that are not zero in `rows` rows of `width` values, `pitch` apart.
size_t sonic_count_nonzero(const int16_t *values, size_t rows, size_t width, size_t pitch);

/// Takes the portable path from now on if `portable` is not zero: for tests.
void sonic_use_portable(int portable);

/// Whether the vector path is in use.
int sonic_is_vector(void);
