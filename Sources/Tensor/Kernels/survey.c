#include "sonic_survey.h"

#include "paths.h"

/// Division of numbers below 2^30 by a divisor up to 2^30, as a product and a shift. Exact: the factor
/// is above 2^shift / divisor by less than one, and a number is below 2^shift / divisor.
typedef struct {
  uint64_t factor;
  uint32_t shift;
} division;

INLINE division division_by(uint32_t divisor) {
  const uint32_t shift = 62 - (uint32_t)__builtin_clz(divisor | 1);
  return (division){(((uint64_t)1 << shift) + divisor - 1) / divisor, shift};
}

INLINE uint64_t divide(uint64_t number, division by) { return number * by.factor >> by.shift; }

/// Pairs without the fillers at their end, which come before no survivor.
INLINE size_t trimmed(const uint8_t *pairs, size_t count) {
  while (count > 0 && pairs[2 * count - 1] == 0) count--;
  return count;
}

INLINE sonic_survey survey_vectors(const uint8_t *pairs, size_t count, const sonic_cut *cut) {
  const division by = division_by(cut->plane);
  sonic_survey found = {0};
  uint64_t element = 0, plane = 0;
  uint32_t filled = cut->length, load = 0;
  for (size_t i = 0; i < count; i++) {
    const uint32_t code = pairs[2 * i + 1];
    element += pairs[2 * i];
    if (code == 0) continue;
    const uint64_t next = divide(element, by);
    const uint32_t is_next = next != plane;
    const uint32_t starts = (filled == cut->length) | (cut->is_sliced & is_next);
    filled = starts ? 1 : filled + 1;
    load = (starts ? 0 : load) + cut->magnitudes[code % 64];
    plane = next;
    found.vectors += starts;
    found.planes += starts | is_next;
    found.heaviest = load > found.heaviest ? load : found.heaviest;
    found.largest_code = code > found.largest_code ? code : found.largest_code;
    found.survivors++;
    found.extent = ++element;
  }
  return found;
}

#if HAVE_X86
/// The sums of lanes from the first on.
AVX512 static inline __m512i prefix_sums(__m512i x) {
  const __m512i zero = _mm512_setzero_si512();
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 15));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 14));
  x = _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 12));
  return _mm512_add_epi32(x, _mm512_alignr_epi32(x, zero, 8));
}

/// A lane in all lanes.
AVX512 static inline __m512i spread(__m512i x, uint32_t lane) {
  return _mm512_permutexvar_epi32(_mm512_set1_epi32((int32_t)lane), x);
}

AVX512 static inline __m512i divide_lanes(__m512i numbers, division by) {
  const __m512i factor = _mm512_set1_epi64((int64_t)by.factor);
  const __m128i shift = _mm_cvtsi32_si128((int32_t)by.shift);
  const __m512i even = _mm512_srl_epi64(_mm512_mul_epu32(numbers, factor), shift);
  const __m512i odd =
      _mm512_srl_epi64(_mm512_mul_epu32(_mm512_srli_epi64(numbers, 32), factor), shift);
  return _mm512_or_si512(even, _mm512_slli_epi64(odd, 32));
}

/// Sixteen pairs at a time, where vectors end only when they are full.
AVX512 static sonic_survey survey_vectors_avx512(const uint8_t *pairs, size_t count,
                                                 const sonic_cut *cut) {
  const division by = division_by(cut->plane);
  const __m512i low_byte = _mm512_set1_epi32(0xFF), one = _mm512_set1_epi32(1);
  const __m512i *magnitudes = (const __m512i *)cut->magnitudes;
  const __m512i low = _mm512_loadu_si512(magnitudes), high = _mm512_loadu_si512(magnitudes + 1);
  uint32_t every = 1;
  for (uint32_t lane = cut->length; lane < 16; lane += cut->length) every |= 1u << lane;

  count = trimmed(pairs, count);
  sonic_survey found = {0};
  uint32_t filled = cut->length;
  // In all lanes: where the next pair is, the plane of the last survivor, and the magnitudes up to the
  // last vector and up to here.
  __m512i element = _mm512_setzero_si512(), plane = element, before = element, sum = element;
  __m512i skips = element, codes = element, heaviest = element;
  for (size_t i = 0; i < count; i += 16) {
    const __mmask16 used = (__mmask16)(count - i < 16 ? (1u << (count - i)) - 1 : 0xFFFF);
    const __m512i pair =
        _mm512_cvtepu16_epi32(_mm256_maskz_loadu_epi16(used, (const void *)(pairs + 2 * i)));
    const __m512i skip = _mm512_and_si512(pair, low_byte), code = _mm512_srli_epi32(pair, 8);
    const __mmask16 survives = _mm512_test_epi32_mask(code, code);
    skips = _mm512_add_epi64(skips, _mm512_sad_epu8(skip, _mm512_setzero_si512()));
    codes = _mm512_max_epu32(codes, code);

    // Past each pair, and past each survivor's magnitude.
    __m512i past = _mm512_add_epi32(
        element, prefix_sums(_mm512_mask_add_epi32(skip, survives, skip, one)));
    const __m512i weight = _mm512_maskz_mov_epi32(
        survives, _mm512_and_si512(_mm512_permutex2var_epi16(low, code, high),
                                   _mm512_set1_epi32(0xFFFF)));
    __m512i load = _mm512_sub_epi32(_mm512_add_epi32(sum, prefix_sums(weight)), weight);
    element = spread(past, 15);
    sum = spread(_mm512_add_epi32(load, weight), 15);
    uint32_t lanes = 16;
    if (survives != 0xFFFF) {
      lanes = (uint32_t)__builtin_popcount(survives);
      if (lanes == 0) continue;
      past = _mm512_maskz_compress_epi32(survives, past);
      load = _mm512_maskz_compress_epi32(survives, load);
    }

    const uint32_t first = cut->length - filled, all = 0xFFFFu >> (16 - lanes);
    const uint32_t starts = first < lanes ? every << first & all : 0;
    filled = starts ? lanes - (31 - (uint32_t)__builtin_clz(starts)) : filled + lanes;
    const __m512i planes = divide_lanes(_mm512_sub_epi32(past, one), by);
    const uint32_t changes =
        all & _mm512_cmpneq_epi32_mask(planes, _mm512_alignr_epi32(planes, plane, 15));
    plane = spread(planes, lanes - 1);
    found.survivors += lanes;
    found.planes += (uint32_t)__builtin_popcount(starts | changes);
    if (starts) {
      const uint32_t new = (uint32_t)__builtin_popcount(starts);
      const __m512i bounds = _mm512_maskz_compress_epi32((__mmask16)starts, load);
      heaviest = _mm512_mask_max_epu32(
          heaviest, (__mmask16)(0xFFFFu >> (16 - new)), heaviest,
          _mm512_sub_epi32(bounds, _mm512_alignr_epi32(bounds, before, 15)));
      before = spread(bounds, new - 1);
      found.vectors += new;
    }
  }
  heaviest = _mm512_max_epu32(heaviest, _mm512_sub_epi32(sum, before));
  found.heaviest = _mm512_reduce_max_epu32(heaviest);
  found.largest_code = _mm512_reduce_max_epu32(codes);
  found.extent = (uint64_t)_mm512_reduce_add_epi64(skips) + found.survivors;
  return found;
}
#endif

sonic_survey sonic_survey_vectors(const uint8_t *pairs, size_t count, const sonic_cut *cut) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512 && !cut->is_sliced) {
    return survey_vectors_avx512(pairs, count, cut);
  }
#endif
  return survey_vectors(pairs, count, cut);
}

INLINE sonic_survey survey_codes(const uint8_t *pairs, size_t count, int32_t *counts) {
  // Neighbours are counted apart, so that equal ones need not wait for each other.
  int32_t parts[4][256] = {{0}};
  size_t i = 0;
  for (; i + 4 <= count; i += 4) {
    for (size_t j = 0; j < 4; j++) parts[j][pairs[2 * (i + j) + 1]]++;
  }
  for (; i < count; i++) parts[0][pairs[2 * i + 1]]++;
  sonic_survey found = {0};
  for (uint32_t code = 0; code < 256; code++) {
    counts[code] = parts[0][code] + parts[1][code] + parts[2][code] + parts[3][code];
    if (counts[code] != 0) found.largest_code = code;
  }
  found.survivors = (uint32_t)(count - (size_t)counts[0]);
  count = trimmed(pairs, count);
  for (i = 0; i < count; i++) found.extent += pairs[2 * i];
  found.extent += found.survivors;
  return found;
}
FOR_EACH_PATH(sonic_survey, survey_codes, (const uint8_t *pairs, size_t count, int32_t *counts),
              (pairs, count, counts))
