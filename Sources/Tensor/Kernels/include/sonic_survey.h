/// Walks over the survivors of a kernel: `count` pairs of skip and code, of which those of code 0 are
/// fillers. Each has a portable path and vector paths; all give the same bits.
#pragma once
#include <stddef.h>
#include <stdint.h>

/// How a kernel is cut into vectors, and what its weights weigh.
typedef struct {
  /// The most survivors of a vector; not zero.
  uint32_t length;
  /// Elements of a channel's plane; not zero.
  uint32_t plane;
  /// Whether a vector ends where a plane does.
  uint32_t is_sliced;
  /// That of the value of code c, up to 64, at c % 64.
  uint16_t magnitudes[64];
} sonic_cut;

/// What a walk finds.
typedef struct {
  /// One more than the last survivor's element; zero if there is none.
  uint64_t extent;
  uint32_t largest_code;
  uint32_t survivors;
  uint32_t vectors;
  /// Planes that vectors read, each counted for each vector that reads it. Means nothing where the
  /// extent is above 2^30.
  uint32_t planes;
  /// The largest sum of a vector's magnitudes. Means nothing where a code is above 64.
  uint32_t heaviest;
} sonic_survey;

/// Surveys the vectors that a kernel is cut into, survivor by survivor.
sonic_survey sonic_survey_vectors(const uint8_t *pairs, size_t count, const sonic_cut *cut);

/// Counts the pairs of each of 256 codes, and surveys what does not depend on vectors: the rest is zero.
sonic_survey sonic_survey_codes(const uint8_t *pairs, size_t count, int32_t *counts);

/// Adds one to the count of each survivor, which is at its element's place.
void sonic_count_elements(const uint8_t *pairs, size_t count, const uint32_t *places,
                          uint8_t *counts);

/// Sets the bit of each survivor, which is at its element's place.
void sonic_mark_elements(const uint8_t *pairs, size_t count, const uint32_t *places,
                         uint64_t *words);

/// Writes of each survivor places[element] and values[code % 64], and of each vector that it is cut
/// into how many survivors end with it.
void sonic_lay_vectors(const uint8_t *pairs, size_t count, const sonic_cut *cut,
                       const uint32_t *places, const int16_t *values, uint32_t *offsets,
                       int16_t *factors, uint32_t *ends);

/// Lays `kernels` kernels side by side: codes[element * width + k] is the code of kernel k's weight at
/// each of `patch` elements, zero where it has none or there is no kernel k. The pairs of kernel k are
/// the bytes starts[k] ..< starts[k + 1] of the weights.
///
/// - width: at least `kernels`, at most four times SONIC_LANES.
void sonic_lay_codes(const uint8_t *weights, const size_t *starts, size_t kernels, size_t patch,
                     size_t width, uint8_t *codes);
