#include <string.h>

#include "paths.h"

/// The largest code.
#define LARGEST 32767

INLINE int16_t scaled(int32_t sum, sonic_scale scale, int16_t lower, int16_t upper) {
  const int64_t half = (int64_t)1 << (scale.shift - 1);
  const int64_t code = ((int64_t)sum * scale.multiplier + (scale.bias + half)) >> scale.shift;
  return (int16_t)(code < lower ? lower : code > upper ? upper : code);
}

INLINE void collect(const int32_t *sums, sonic_scale scale, int16_t lower, int16_t upper,
                    const sonic_run *runs, size_t count, size_t step, int16_t *codes) {
  for (const sonic_run *run = runs; run < runs + count; run++) {
    for (size_t j = 0; j < run->count; j++) {
      codes[run->to + j * step] = scaled(sums[run->lane + j], scale, lower, upper);
    }
  }
}

static void collect_portable(const int32_t *sums, sonic_scale scale, int16_t lower, int16_t upper,
                             const sonic_run *runs, size_t count, size_t step, int16_t *codes) {
  collect(sums, scale, lower, upper, runs, count, step, codes);
}

#if HAVE_X86
AVX2 static void collect_avx2(const int32_t *sums, sonic_scale scale, int16_t lower,
                              int16_t upper, const sonic_run *runs, size_t count,
                              size_t step, int16_t *codes) {
  collect(sums, scale, lower, upper, runs, count, step, codes);
}

/// Sixteen lanes at a time, the last ones of a run masked: many runs are short.
AVX512 static void collect_avx512(const int32_t *sums, sonic_scale scale, int16_t lower,
                                  int16_t upper, const sonic_run *runs, size_t count,
                                  size_t step, int16_t *codes) {
  if (step != 1) return collect(sums, scale, lower, upper, runs, count, step, codes);
  const __m512i multiplier = _mm512_set1_epi64(scale.multiplier);
  const __m512i bias = _mm512_set1_epi64(scale.bias + ((int64_t)1 << (scale.shift - 1)));
  const __m128i shift = _mm_cvtsi32_si128(scale.shift);
  const __m512i least = _mm512_set1_epi32(lower), largest = _mm512_set1_epi32(upper);
  for (const sonic_run *run = runs; run < runs + count; run++) {
    for (size_t j = 0; j < run->count; j += 16) {
      const size_t left = run->count - j;
      const __mmask16 used = (__mmask16)(left < 16 ? (1u << left) - 1 : 0xFFFF);
      const __m512i sum = _mm512_maskz_loadu_epi32(used, sums + run->lane + j);
      __m512i low = _mm512_cvtepi32_epi64(_mm512_castsi512_si256(sum));
      __m512i high = _mm512_cvtepi32_epi64(_mm512_extracti64x4_epi64(sum, 1));
      low = _mm512_add_epi64(_mm512_mul_epi32(low, multiplier), bias);
      high = _mm512_add_epi64(_mm512_mul_epi32(high, multiplier), bias);
      const __m256i first = _mm512_cvtsepi64_epi32(_mm512_sra_epi64(low, shift));
      const __m256i second = _mm512_cvtsepi64_epi32(_mm512_sra_epi64(high, shift));
      __m512i code = _mm512_inserti64x4(_mm512_castsi256_si512(first), second, 1);
      code = _mm512_max_epi32(_mm512_min_epi32(code, largest), least);
      // Narrowed first: a masked store that narrows takes many times as long.
      _mm256_mask_storeu_epi16(codes + run->to + j, used, _mm512_cvtepi32_epi16(code));
    }
  }
}
#endif

void sonic_collect(const int32_t *sums, sonic_scale scale, int16_t lower, int16_t upper,
                   const sonic_run *runs, size_t count, size_t step, int16_t *codes) {
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512: return collect_avx512(sums, scale, lower, upper, runs, count, step, codes);
    case SONIC_AVX2: return collect_avx2(sums, scale, lower, upper, runs, count, step, codes);
  }
#endif
  collect_portable(sums, scale, lower, upper, runs, count, step, codes);
}

INLINE void collect_each(const int32_t *sums, size_t count, const sonic_scale *scales,
                         int16_t lower, int16_t upper, int16_t *codes) {
  for (size_t j = 0; j < count; j++) codes[j] = scaled(sums[j], scales[j], lower, upper);
}
FOR_EACH_PATH(void, collect_each,
              (const int32_t *sums, size_t count, const sonic_scale *scales, int16_t lower,
               int16_t upper, int16_t *codes),
              (sums, count, scales, lower, upper, codes))

INLINE int16_t encoded(float value, float scale) {
  value *= scale;
  float code = value < -LARGEST ? -LARGEST : value;
  code = code > LARGEST ? LARGEST : code;
  // Adding 1.5 * 2^23 leaves a number of small magnitude rounded in the lowest bits.
  const float shifted = (code == code ? code : 0) + 12582912.0f;
  int32_t bits;
  memcpy(&bits, &shifted, sizeof bits);
  return (int16_t)(bits - 0x4B400000);
}

INLINE void encode(const float *values, size_t count, float scale, int16_t *codes) {
  for (size_t j = 0; j < count; j++) codes[j] = encoded(values[j], scale);
}
FOR_EACH_PATH(void, encode, (const float *values, size_t count, float scale, int16_t *codes),
              (values, count, scale, codes))

INLINE void add(sonic_codes a, sonic_codes b, float lower, float upper, size_t count, float scale,
                int16_t *codes) {
  for (size_t j = 0; j < count; j++) {
    const float sum = (float)a.codes[j] * a.step + (float)b.codes[j] * b.step;
    const float bounded = sum < lower ? lower : sum > upper ? upper : sum;
    codes[j] = encoded(bounded, scale);
  }
}
FOR_EACH_PATH(void, add,
              (sonic_codes a, sonic_codes b, float lower, float upper, size_t count, float scale,
               int16_t *codes),
              (a, b, lower, upper, count, scale, codes))

INLINE void decode(const int16_t *codes, size_t count, float step, float *values) {
  for (size_t j = 0; j < count; j++) values[j] = (float)codes[j] * step;
}
FOR_EACH_PATH(void, decode, (const int16_t *codes, size_t count, float step, float *values),
              (codes, count, step, values))

INLINE int peak(const int16_t *codes, size_t count) {
  int16_t largest = 0;
  for (size_t j = 0; j < count; j++) {
    const int16_t magnitude = (int16_t)(codes[j] < 0 ? -codes[j] : codes[j]);
    largest = magnitude > largest ? magnitude : largest;
  }
  return largest;
}
FOR_EACH_PATH(int, peak, (const int16_t *codes, size_t count), (codes, count))
