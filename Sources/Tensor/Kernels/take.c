#include <string.h>

#include "paths.h"

INLINE void take_row(const int16_t *from, size_t step, size_t count, int16_t *to) {
  // Known steps become shuffles of vectors.
  switch (step) {
    case 1: memcpy(to, from, count * sizeof *to); break;
    case 2:
      for (size_t i = 0; i < count; i++) to[i] = from[i * 2];
      break;
    default:
      for (size_t i = 0; i < count; i++) to[i] = from[i * step];
  }
}

#define EACH_ROW(take_one)                                                                        \
  for (size_t plane = 0; plane < from.planes; plane++) {                                          \
    const int16_t *row_from = from.numbers + plane * from.plane_pitch;                            \
    int16_t *row_to = to + plane * plane_pitch;                                                   \
    for (size_t row = 0; row < from.rows; row++) {                                                \
      take_one;                                                                                   \
      row_from += from.row_pitch;                                                                 \
      row_to += row_pitch;                                                                        \
    }                                                                                             \
  }

static void take_portable(sonic_planes from, size_t count, int16_t *to, size_t plane_pitch,
                          size_t row_pitch) {
  EACH_ROW(take_row(row_from, from.step, count, row_to))
}

#if HAVE_X86
/// Rows are short: a call for each would take longer than the copy. What lies `ahead` is asked for: planes of
/// many images come from main memory, one at a time a short piece.
AVX512 INLINE void copy_row(const int16_t *from, size_t ahead, size_t count, __mmask32 last,
                            int16_t *to) {
  size_t i = 0;
  for (; i + 32 < count; i += 32) {
    _mm_prefetch(from + i + ahead, _MM_HINT_T0);
    _mm512_storeu_si512(to + i, _mm512_loadu_si512(from + i));
  }
  _mm_prefetch(from + i + ahead, _MM_HINT_T0);
  _mm512_mask_storeu_epi16(to + i, last, _mm512_maskz_loadu_epi16(last, from + i));
}

/// About so many numbers ahead: as long as main memory takes.
#define AHEAD 1024

/// Every other number.
AVX512 INLINE void halve_row(const int16_t *from, size_t count, int16_t *to) {
  for (size_t i = 0; i < count; i += 32) {
    const size_t left = count - i;
    const __mmask32 used = left < 32 ? ((__mmask32)1 << left) - 1 : 0xFFFFFFFF;
    // There need be none behind the last.
    const uint64_t there = left <= 32 ? ((uint64_t)1 << (2 * left - 1)) - 1 : ~(uint64_t)0;
    const __m512i low = _mm512_maskz_loadu_epi16((__mmask32)there, from + 2 * i);
    const __m512i high = _mm512_maskz_loadu_epi16((__mmask32)(there >> 32), from + 2 * i + 32);
    _mm512_mask_storeu_epi16(to + i, used, evens(low, high));
  }
}

AVX512 static void take_avx512(sonic_planes from, size_t count, int16_t *to, size_t plane_pitch,
                               size_t row_pitch) {
  if (from.step == 1 && count > 0) {
    const __mmask32 last = (__mmask32)(((uint64_t)1 << ((count - 1) % 32 + 1)) - 1);
    const size_t ahead = (AHEAD / (count * (from.rows + 1)) + 1) * from.plane_pitch;
    EACH_ROW(copy_row(row_from, ahead, count, last, row_to))
  } else if (from.step == 2) {
    EACH_ROW(halve_row(row_from, count, row_to))
  } else {
    EACH_ROW(take_row(row_from, from.step, count, row_to))
  }
}
#endif

void sonic_take(sonic_planes from, size_t count, int16_t *to, size_t plane_pitch,
                size_t row_pitch) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return take_avx512(from, count, to, plane_pitch, row_pitch);
#endif
  take_portable(from, count, to, plane_pitch, row_pitch);
}
