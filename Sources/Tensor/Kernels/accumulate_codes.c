#include "accumulate_avx512.h"
#include "accumulate_plain.h"

static void accumulate_codes_portable(const uint8_t *codes, const int16_t *table,
                                      const uint32_t *offsets, const int16_t *factors,
                                      const uint32_t *ends, size_t chunks, size_t lanes,
                                      int32_t gain, int32_t *sums) {
  accumulate_plain(NULL, codes, table, offsets, factors, ends, chunks, lanes, gain, sums);
}

#if HAVE_X86
AVX512 INLINE lane_source coded(const uint8_t *codes, const int16_t *table) {
  return (lane_source){.codes = codes,
                       .low = _mm512_loadu_si512(table),
                       .high = _mm512_loadu_si512(table + 32)};
}

AVX512 static void accumulate_codes_avx512(const uint8_t *codes, const int16_t *table,
                                           elements all, size_t lanes, int32_t gain,
                                           int saturates, int32_t *sums) {
  const lane_source source = coded(codes, table);
  if (saturates) {
    accumulate_lanes(source, 1, all, lanes, factor_of(gain), 1, sums);
  } else {
    accumulate_lanes(source, 1, all, lanes, factor_of(gain), 0, sums);
  }
}

AVX512 static void expand_avx512(const uint8_t *codes, const int16_t *table, size_t count,
                                 int16_t *values) {
  const lane_source source = coded(codes, table);
  for (size_t i = 0; i < count; i += 32) {
    _mm512_storeu_si512(values + i, expand(source, codes + i));
  }
}
#endif

void sonic_accumulate_codes(const uint8_t *codes, const int16_t *table, const uint32_t *offsets,
                            const int16_t *factors, const uint32_t *ends, size_t chunks,
                            size_t lanes, int32_t gain, int saturates, int32_t *sums) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) {
    const elements all = {offsets, factors, ends, chunks};
    accumulate_codes_avx512(codes, table, all, lanes, gain, saturates, sums);
    return;
  }
#else
  (void)saturates;
#endif
  accumulate_codes_portable(codes, table, offsets, factors, ends, chunks, lanes, gain, sums);
}

void sonic_expand(const uint8_t *codes, const int16_t *table, size_t count, int16_t *values) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return expand_avx512(codes, table, count, values);
#endif
  for (size_t i = 0; i < count; i++) values[i] = value_of(codes[i], table);
}
