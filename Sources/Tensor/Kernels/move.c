#include <string.h>

#include "pick.h"

void sonic_look(const int16_t *codes, size_t count, const int16_t *table, int16_t *found) {
  look(codes, count, table, found);
}

void sonic_look_floats(const int16_t *codes, size_t count, const float *table, float *found) {
  for (size_t j = 0; j < count; j++) found[j] = table[(uint16_t)codes[j]];
}

#if HAVE_X86
/// 32 elements of a row that come from two runs of 32, as those do of planes that are enlarged or
/// interleaved.
typedef struct {
  uint32_t starts[2];
  /// Which elements of the runs are wanted: there need be no others.
  __mmask32 wanted[2];
  /// Of which run, and where in it.
  int16_t places[32];
} window;

/// The windows of rows up to this long are kept.
#define MOST_WINDOWS 128

static uint32_t least(const uint32_t *offsets, size_t count, uint32_t from) {
  uint32_t least = UINT32_MAX;
  for (size_t i = 0; i < count; i++) {
    least = offsets[i] >= from && offsets[i] < least ? offsets[i] : least;
  }
  return least;
}

/// - count: at most 32.
/// - Returns whether the elements come from no more than two runs.
static int find_window(const uint32_t *offsets, size_t count, window *found) {
  const uint32_t first = least(offsets, count, 0), second = least(offsets, count, first + 32);
  *found = (window){.starts = {first, second == UINT32_MAX ? first : second}};
  for (size_t i = 0; i < count; i++) {
    const int is_second = offsets[i] >= second;
    const uint32_t place = offsets[i] - found->starts[is_second];
    if (place >= 32) return 0;
    found->wanted[is_second] |= (__mmask32)1 << place;
    found->places[i] = (int16_t)(32 * is_second + (int)place);
  }
  return 1;
}

AVX512 static void move_windows(const int16_t *codes, const uint32_t *starts, size_t rows,
                                const window *windows, size_t count, int16_t *moved) {
  for (size_t row = 0; row < rows; row++, moved += count) {
    for (size_t i = 0; i < count; i += 32) {
      const window *window = windows + i / 32;
      const int16_t *from = codes + starts[row];
      const __m512i a = _mm512_maskz_loadu_epi16(window->wanted[0], from + window->starts[0]);
      const __m512i b = _mm512_maskz_loadu_epi16(window->wanted[1], from + window->starts[1]);
      const __m512i places = _mm512_loadu_si512(window->places);
      const __mmask32 used = count - i < 32 ? ((__mmask32)1 << (count - i)) - 1 : 0xFFFFFFFF;
      _mm512_mask_storeu_epi16(moved + i, used, _mm512_permutex2var_epi16(a, places, b));
    }
  }
}

/// - Returns whether rows are of windows, and so have been moved.
static int move_avx512(const int16_t *codes, const uint32_t *starts, size_t rows,
                       const uint32_t *offsets, size_t count, int16_t *moved) {
  window windows[MOST_WINDOWS];
  if (count > 32 * MOST_WINDOWS) return 0;
  for (size_t i = 0; i < count; i += 32) {
    if (!find_window(offsets + i, count - i < 32 ? count - i : 32, windows + i / 32)) return 0;
  }
  move_windows(codes, starts, rows, windows, count, moved);
  return 1;
}
#endif

void sonic_move(const int16_t *codes, const uint32_t *starts, size_t rows,
                const uint32_t *offsets, size_t count, int16_t *moved) {
  int is_run = 1;
  for (size_t i = 0; i < count; i++) is_run &= offsets[i] == offsets[0] + i;
  if (is_run) {
    for (size_t row = 0; row < rows; row++, moved += count) {
      memcpy(moved, codes + starts[row] + offsets[0], count * sizeof *moved);
    }
    return;
  }
#if HAVE_X86
  if (sonic_path() == SONIC_AVX512 &&
      move_avx512(codes, starts, rows, offsets, count, moved)) {
    return;
  }
#endif
  for (size_t row = 0; row < rows; row++, moved += count) {
    const int16_t *from = codes + starts[row];
#define PLACE(j) from[offsets[j]]
    PICK(moved, count, PLACE);
  }
}
