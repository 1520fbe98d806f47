#include <string.h>

#include "paths.h"

INLINE void take(sonic_rows from, size_t rows, size_t count, int16_t *to, size_t pitch) {
  for (size_t row = 0; row < rows; row++, from.numbers += from.pitch, to += pitch) {
    // Known steps become shuffles of vectors.
    switch (from.step) {
      case 1: memcpy(to, from.numbers, count * sizeof *to); break;
      case 2:
        for (size_t i = 0; i < count; i++) to[i] = from.numbers[i * 2];
        break;
      default:
        for (size_t i = 0; i < count; i++) to[i] = from.numbers[i * from.step];
    }
  }
}

static void take_portable(sonic_rows from, size_t rows, size_t count, int16_t *to, size_t pitch) {
  take(from, rows, count, to, pitch);
}

#if HAVE_X86
/// Rows are short: a call for each would take longer than the copy.
AVX512 static void copy_avx512(sonic_rows from, size_t rows, size_t count, int16_t *to,
                               size_t pitch) {
  const __mmask32 last = (__mmask32)(((uint64_t)1 << ((count - 1) % 32 + 1)) - 1);
  for (size_t row = 0; row < rows; row++, from.numbers += from.pitch, to += pitch) {
    size_t i = 0;
    for (; i + 32 < count; i += 32) {
      _mm512_storeu_si512(to + i, _mm512_loadu_si512(from.numbers + i));
    }
    _mm512_mask_storeu_epi16(to + i, last, _mm512_maskz_loadu_epi16(last, from.numbers + i));
  }
}

AVX512 static void take_avx512(sonic_rows from, size_t rows, size_t count, int16_t *to,
                               size_t pitch) {
  if (from.step == 1 && count > 0) {
    copy_avx512(from, rows, count, to, pitch);
  } else {
    take(from, rows, count, to, pitch);
  }
}
#endif

void sonic_take(sonic_rows from, size_t rows, size_t count, int16_t *to, size_t pitch) {
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512) return take_avx512(from, rows, count, to, pitch);
#endif
  take_portable(from, rows, count, to, pitch);
}
