#include "pick.h"
#include "swish.h"

INLINE int16_t scaled(int32_t sum, sonic_scale scale, int16_t lower, int16_t upper) {
  const int64_t half = (int64_t)1 << (scale.shift - 1);
  const int64_t code = ((int64_t)sum * scale.multiplier + (scale.bias + half)) >> scale.shift;
  return (int16_t)(code < lower ? lower : code > upper ? upper : code);
}

INLINE void collect(const int32_t *sums, sonic_scale scale, sonic_finish finish,
                    const sonic_run *runs, size_t count, size_t step, size_t offset) {
  for (const sonic_run *run = runs; run < runs + count; run++) {
    for (size_t j = 0; j < run->count; j++) {
      const int16_t code = scaled(sums[run->lane + j], scale, finish.lower, finish.upper);
      run->to[offset + j * step] = finish.table ? finish.table[(uint16_t)code] : code;
    }
  }
}

static void collect_portable(const int32_t *sums, sonic_scale scale, sonic_finish finish,
                             const sonic_run *runs, size_t count, size_t step, size_t offset) {
  collect(sums, scale, finish, runs, count, step, offset);
}

#if HAVE_X86
AVX2 static void collect_avx2(const int32_t *sums, sonic_scale scale, sonic_finish finish,
                              const sonic_run *runs, size_t count, size_t step, size_t offset) {
  collect(sums, scale, finish, runs, count, step, offset);
}

/// A scale for vectors. What it makes of a sum has 32 bits, so that of each product of 64 bits only as
/// many are wanted: from bit `shift` on.
typedef struct {
  __m512i multiplier, bias, least, largest;
  __m128i shift, lift;
} vector_scale;

AVX512 INLINE vector_scale vector_of(sonic_scale scale, int16_t lower, int16_t upper) {
  const int lift = scale.shift < 32 ? 32 - scale.shift : scale.shift - 32;
  return (vector_scale){
      .multiplier = _mm512_set1_epi64(scale.multiplier),
      .bias = _mm512_set1_epi64(scale.bias + ((int64_t)1 << (scale.shift - 1))),
      .least = _mm512_set1_epi16(lower),
      .largest = _mm512_set1_epi16(upper),
      .shift = _mm_cvtsi32_si128(scale.shift),
      .lift = _mm_cvtsi32_si128(lift),
  };
}

/// Sixteen scaled sums: those of even lanes end in the lower halves of their products' lanes, those of
/// odd ones in the upper.
AVX512 INLINE __m512i scaled_avx512(__m512i sums, vector_scale scale, const int is_small) {
  const __m512i odds = _mm512_srli_epi64(sums, 32);
  const __m512i even = _mm512_add_epi64(_mm512_mul_epi32(sums, scale.multiplier), scale.bias);
  const __m512i odd = _mm512_add_epi64(_mm512_mul_epi32(odds, scale.multiplier), scale.bias);
  const __m512i lifted =
      is_small ? _mm512_sll_epi64(odd, scale.lift) : _mm512_sra_epi64(odd, scale.lift);
  return _mm512_mask_blend_epi32(0xAAAA, _mm512_sra_epi64(even, scale.shift), lifted);
}

/// What becomes of 16 sums, but for bounds.
AVX512 INLINE __m512i finished(__m512i sums, vector_scale scale, const int is_small,
                               const int is_swish, vector_swish swish) {
  const __m512i codes = scaled_avx512(sums, scale, is_small);
  return is_swish ? swished(codes, swish) : codes;
}

/// 32 lanes at a time, and what is left of a run masked: many runs are short.
///
/// - is_small: whether the shift is below 32.
AVX512 INLINE void collect_lanes(const int32_t *sums, vector_scale scale, const int is_small,
                                 const int is_swish, vector_swish swish, const sonic_run *runs,
                                 size_t count, size_t offset) {
  const __m512i order = _mm512_setr_epi64(0, 2, 4, 6, 1, 3, 5, 7);
  for (const sonic_run *run = runs; run < runs + count; run++) {
    const int32_t *from = sums + run->lane;
    int16_t *to = run->to + offset;
    size_t left = run->count;
    for (; left > 16; left -= left < 32 ? left : 32, from += 32, to += 32) {
      const __mmask32 used = left < 32 ? ((__mmask32)1 << left) - 1 : 0xFFFFFFFF;
      const __m512i rest = _mm512_maskz_loadu_epi32((__mmask16)(used >> 16), from + 16);
      const __m512i first =
          finished(_mm512_loadu_si512(from), scale, is_small, is_swish, swish);
      const __m512i second = finished(rest, scale, is_small, is_swish, swish);
      // Packing saturates, which no bound is beyond, and takes quarters in turn from both.
      __m512i code = _mm512_packs_epi32(first, second);
      code = _mm512_max_epi16(_mm512_min_epi16(code, scale.largest), scale.least);
      _mm512_mask_storeu_epi16(to, used, _mm512_permutexvar_epi64(order, code));
    }
    if (left == 0) continue;
    const __mmask16 used = (__mmask16)((1u << left) - 1);
    const __m512i sum = _mm512_maskz_loadu_epi32(used, from);
    __m256i code = _mm512_cvtsepi32_epi16(finished(sum, scale, is_small, is_swish, swish));
    code = _mm256_min_epi16(code, _mm512_castsi512_si256(scale.largest));
    code = _mm256_max_epi16(code, _mm512_castsi512_si256(scale.least));
    // Narrowed first: a masked store that narrows takes many times as long.
    _mm256_mask_storeu_epi16(to, used, code);
  }
}

AVX512 static void collect_avx512(const int32_t *sums, int32_t most, sonic_scale scale,
                                  sonic_finish finish, const sonic_run *runs, size_t count,
                                  size_t step, size_t offset) {
  const int64_t magnitude = scale.multiplier < 0 ? -scale.multiplier : scale.multiplier;
  const int64_t bias = scale.bias < 0 ? -scale.bias : scale.bias;
  const int64_t largest = (most * magnitude + bias + ((int64_t)1 << scale.shift)) >> scale.shift;
  if (step != 1 || largest >= INT32_MAX) {
    return collect(sums, scale, finish, runs, count, step, offset);
  }
  const int is_small = scale.shift < 32;
  if (finish.swish && is_small) {
    const sonic_swish *swish = finish.swish;
    return collect_lanes(sums, vector_of(scale, swish->lower, swish->upper), 1, 1,
                         vectors_of(swish, finish.lower, finish.upper), runs, count, offset);
  }
  const vector_scale vector = vector_of(scale, finish.lower, finish.upper);
  if (is_small) {
    collect_lanes(sums, vector, 1, 0, (vector_swish){0}, runs, count, offset);
  } else {
    collect_lanes(sums, vector, 0, 0, (vector_swish){0}, runs, count, offset);
  }
  if (!finish.table) return;
  // Not while they are collected: what has just been written with a mask is slow to read.
  for (const sonic_run *run = runs; run < runs + count; run++) {
    look(run->to + offset, run->count, finish.table, run->to + offset);
  }
}

AVX512 static int is_swish_avx512(const sonic_swish *swish, const int16_t *table) {
  const vector_swish vector = vectors_of(swish, INT16_MIN, INT16_MAX);
  const __m256i least = _mm256_set1_epi16(swish->lower);
  const __m256i largest = _mm256_set1_epi16(swish->upper);
  for (int code = INT16_MIN; code <= INT16_MAX; code += 16) {
    int16_t wanted[16];
    int32_t codes[16];
    for (int i = 0; i < 16; i++) {
      codes[i] = code + i;
      wanted[i] = table[(uint16_t)(code + i)];
    }
    __m256i found = _mm512_cvtsepi32_epi16(swished(_mm512_loadu_si512(codes), vector));
    found = _mm256_max_epi16(_mm256_min_epi16(found, largest), least);
    if (memcmp(&found, wanted, sizeof found) != 0) return 0;
  }
  return 1;
}
#endif

int sonic_is_swish(const sonic_swish *swish, const int16_t *table) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return is_swish_avx512(swish, table);
#else
  (void)swish;
  (void)table;
#endif
  return 0;
}

/// Writes one code wherever sums belong.
INLINE void fill_runs(int16_t code, const sonic_run *runs, size_t count, size_t step,
                      size_t offset) {
  for (const sonic_run *run = runs; run < runs + count; run++) {
    int16_t *to = run->to + offset;
    if (step == 1) {
      for (size_t j = 0; j < run->count; j++) to[j] = code;
    } else {
      for (size_t j = 0; j < run->count; j++) to[j * step] = code;
    }
  }
}

/// What becomes of sums that are all zero.
static void collect_zeros(sonic_scale scale, sonic_finish finish, const sonic_run *runs,
                          size_t count, size_t step, size_t offset) {
  const int16_t code = scaled(0, scale, finish.lower, finish.upper);
  fill_runs(finish.table ? finish.table[(uint16_t)code] : code, runs, count, step, offset);
}

#if HAVE_X86
AVX512 static void collect_zeros_avx512(sonic_scale scale, sonic_finish finish,
                                        const sonic_run *runs, size_t count, size_t step,
                                        size_t offset) {
  if (!finish.swish) return collect_zeros(scale, finish, runs, count, step, offset);
  // For a single code, the table is hardly ever in a cache.
  const int16_t code = scaled(0, scale, finish.lower, finish.upper);
  const vector_swish swish = vectors_of(finish.swish, finish.lower, finish.upper);
  const __m256i made = _mm512_cvtsepi32_epi16(swished(_mm512_set1_epi32(code), swish));
  const int16_t found = (int16_t)_mm256_extract_epi16(made, 0);
  const int16_t least = finish.swish->lower, most = finish.swish->upper;
  const int16_t bounded = found < least ? least : found > most ? most : found;
  fill_runs(bounded, runs, count, step, offset);
}
#endif

void sonic_collect(const int32_t *sums, int32_t most, sonic_scale scale, sonic_finish finish,
                   const sonic_run *runs, size_t count, size_t step, size_t offset) {
#if HAVE_X86
  if (!sums && sonic_path() == SONIC_AVX512) {
    return collect_zeros_avx512(scale, finish, runs, count, step, offset);
  }
#endif
  if (!sums) return collect_zeros(scale, finish, runs, count, step, offset);
#if HAVE_X86
  switch (sonic_path()) {
    case SONIC_AVX512:
      return collect_avx512(sums, most, scale, finish, runs, count, step, offset);
    case SONIC_AVX2: return collect_avx2(sums, scale, finish, runs, count, step, offset);
  }
#else
  (void)most;
#endif
  collect_portable(sums, scale, finish, runs, count, step, offset);
}

INLINE void collect_each(const int32_t *sums, size_t count, sonic_scales scales, int16_t lower,
                         int16_t upper, int16_t *codes) {
  for (size_t j = 0; j < count; j++) {
    const int64_t product = (int64_t)sums[j] * scales.multipliers[j];
    const int64_t code = (product + scales.offsets[j]) >> scales.shifts[j];
    codes[j] = (int16_t)(code < lower ? lower : code > upper ? upper : code);
  }
}
FOR_EACH_PATH(void, collect_each,
              (const int32_t *sums, size_t count, sonic_scales scales, int16_t lower,
               int16_t upper, int16_t *codes),
              (sums, count, scales, lower, upper, codes))

INLINE void encode(const float *values, size_t count, float scale, int16_t *codes) {
  for (size_t j = 0; j < count; j++) codes[j] = encoded(values[j], scale);
}
FOR_EACH_PATH(void, encode, (const float *values, size_t count, float scale, int16_t *codes),
              (values, count, scale, codes))

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
