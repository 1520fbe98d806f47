#include <string.h>

#include "paths.h"

#if HAVE_X86
/// Eight stored at once: as many loads and one store take less time than eight stores.
#define PICK_EIGHTS(to, count, FROM)                                                              \
  for (; j + 8 <= (count); j += 8) {                                                              \
    __m128i eight = _mm_cvtsi32_si128((uint16_t)FROM(j));                                         \
    eight = _mm_insert_epi16(eight, FROM(j + 1), 1);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 2), 2);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 3), 3);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 4), 4);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 5), 5);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 6), 6);                                              \
    eight = _mm_insert_epi16(eight, FROM(j + 7), 7);                                              \
    _mm_storeu_si128((__m128i *)((to) + j), eight);                                               \
  }
#else
#define PICK_EIGHTS(to, count, FROM)
#endif

/// to[j] = FROM(j) for all j below `count`.
#define PICK(to, count, FROM)                                                                     \
  do {                                                                                            \
    size_t j = 0;                                                                                 \
    PICK_EIGHTS(to, count, FROM)                                                                  \
    for (; j < (count); j++) (to)[j] = FROM(j);                                                   \
  } while (0)

void sonic_look(const int16_t *codes, size_t count, const int16_t *table, int16_t *found) {
#define ENTRY(j) table[(uint16_t)codes[j]]
  PICK(found, count, ENTRY);
}

void sonic_look_floats(const int16_t *codes, size_t count, const float *table, float *found) {
  for (size_t j = 0; j < count; j++) found[j] = table[(uint16_t)codes[j]];
}

void sonic_move(const int16_t *codes, const uint32_t *starts, size_t rows,
                const uint32_t *offsets, size_t count, int16_t *moved) {
  int is_run = 1;
  for (size_t i = 0; i < count; i++) is_run &= offsets[i] == offsets[0] + i;
  for (size_t row = 0; row < rows; row++, moved += count) {
    const int16_t *from = codes + starts[row];
    if (is_run) {
      memcpy(moved, from + offsets[0], count * sizeof *moved);
    } else {
#define PLACE(j) from[offsets[j]]
      PICK(moved, count, PLACE);
    }
  }
}
