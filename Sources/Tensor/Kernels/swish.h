/// HardSwish on vectors.
#pragma once
#include "encoded.h"

#if HAVE_X86
#define SIXTH (1 / 6.0f)

/// A sonic_swish whose last steps are taken together: they are powers of two, so that only sums and
/// products are rounded, before or after.
typedef struct {
  __m512i least, largest;
  __m512 sixth, rest, made, addend;
} vector_swish;

AVX512 INLINE vector_swish vectors_of(const sonic_swish *swish, int16_t lower,
                                      int16_t upper) {
  return (vector_swish){
      .least = _mm512_set1_epi32(lower),
      .largest = _mm512_set1_epi32(upper),
      .sixth = _mm512_set1_ps(SIXTH * swish->step),
      .rest = _mm512_set1_ps((float)(1.0 / 6 - SIXTH) * swish->step),
      .made = _mm512_set1_ps(swish->step * swish->scale),
      .addend = _mm512_set1_ps(swish->addend * swish->scale),
  };
}

/// What becomes of codes that are first brought within bounds of 16 bits; it is not within bounds itself.
AVX512 INLINE __m512i swished(__m512i codes, vector_swish swish) {
  codes = _mm512_max_epi32(_mm512_min_epi32(codes, swish.largest), swish.least);
  const __m512 x = _mm512_cvtepi32_ps(codes);
  // A sixth to 48 bits: the sixth of an integer of 16 bits is never as near to where rounding turns.
  const __m512 part = _mm512_fmadd_ps(x, swish.sixth, _mm512_mul_ps(x, swish.rest));
  __m512i gate = _mm512_castps_si512(_mm512_add_ps(part, _mm512_set1_ps(0.5f)));
  // Bits of floats that are not negative are in the order of the floats.
  gate = _mm512_min_epi32(gate, _mm512_castps_si512(_mm512_set1_ps(1)));
  gate = _mm512_max_epi32(gate, _mm512_setzero_si512());
  const __m512 product = _mm512_mul_ps(x, _mm512_castsi512_ps(gate));
  return _mm512_cvtps_epi32(_mm512_fmadd_ps(product, swish.made, swish.addend));
}
#endif
