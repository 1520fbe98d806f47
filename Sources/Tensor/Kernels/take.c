#include <string.h>

#include "paths.h"

INLINE void take(const int16_t *from, size_t step, size_t count, int16_t *to) {
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
FOR_EACH_PATH(void, take, (const int16_t *from, size_t step, size_t count, int16_t *to),
              (from, step, count, to))
