/// Codes of weights into survivors and back. Portable C: the same bits on every machine.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// The pairs of skip and code that `count` codes of a kernel take, fillers included.
size_t sonic_count_pairs(const uint8_t *codes, size_t count);

/// Writes those pairs: bytes 2p and 2p + 1 are the skip and the code of pair p. A gap of 255 or more
/// is bridged by fillers, skip 255 and code 0.
void sonic_write_pairs(const uint8_t *codes, size_t count, uint8_t *pairs);

/// How many of `count` pairs are no fillers.
size_t sonic_count_survivors(const uint8_t *pairs, size_t count);

/// Writes `table[code]`, times the kernel's gain, for each code.
///
/// - table: of all 256 codes.
/// - gains: one for each kernel; NULL to multiply by nothing.
/// - inner: codes of one kernel that lie side by side; then come those of the next, round and round.
void sonic_decode_weights(const uint8_t *codes, size_t count, const float *table,
                          const float *gains, size_t kernels, size_t inner, float *values);
