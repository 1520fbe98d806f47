/// Elements that are gathered one by one.
#pragma once
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

/// As sonic_look has it; `found` may be the codes.
INLINE void look(const int16_t *codes, size_t count, const int16_t *table, int16_t *found) {
#define ENTRY(j) table[(uint16_t)codes[j]]
  PICK(found, count, ENTRY);
#undef ENTRY
}
