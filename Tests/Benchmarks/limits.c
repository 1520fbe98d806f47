// The most that this machine does, with a number of threads: bandwidth as STREAM measures it, and
// multiply-adds a second of registers that nothing waits for. Prints JSON.
#include <pthread.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#if defined(__AVX2__)
#include <immintrin.h>
#endif

enum { FLOATS = 1 << 25, TRIES = 7, MOST = 64, CHAINS = 12, ROUNDS = 20000000 };

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

typedef struct {
  float *a, *b, *c;
  volatile float sink;
} worker;

static void *fill(void *data) {
  worker *w = data;
  for (size_t i = 0; i < FLOATS; i++) w->a[i] = 0, w->b[i] = i, w->c[i] = 2 * i;
  return 0;
}

static void *copy(void *data) {
  worker *w = data;
  float *restrict a = w->a;
  const float *restrict b = w->b;
  for (size_t i = 0; i < FLOATS; i++) a[i] = b[i];
  __asm__ volatile("" ::"r"(a) : "memory");
  return 0;
}

static void *triad(void *data) {
  worker *w = data;
  float *restrict a = w->a;
  const float *restrict b = w->b, *restrict c = w->c;
  for (size_t i = 0; i < FLOATS; i++) a[i] = b[i] + 3.0f * c[i];
  __asm__ volatile("" ::"r"(a) : "memory");
  return 0;
}

#if defined(__AVX512F__)
typedef float floats __attribute__((vector_size(64)));
#elif defined(__AVX2__)
typedef float floats __attribute__((vector_size(32)));
#else
typedef float floats __attribute__((vector_size(16)));
#endif

// Each chain has a variable of its own, so that every compiler keeps it in a register; the empty
// assembly hides what the values are, so that nothing is folded or moved out of the loop.
#define EACH(DO) DO(0) DO(1) DO(2) DO(3) DO(4) DO(5) DO(6) DO(7) DO(8) DO(9) DO(10) DO(11)
#define OPAQUE(value) __asm__ volatile("" : "+x"(value))

static void *multiply_floats(void *data) {
  worker *w = data;
  floats x = {1.0f}, y = {0.5f}, total = {0};
#define START(j) floats sum##j = {0};
#define STEP(j) sum##j += x * y; OPAQUE(sum##j);
#define STOP(j) total += sum##j;
  EACH(START)
  for (int i = 0; i < ROUNDS; i++) {
    OPAQUE(x);
    EACH(STEP)
  }
  EACH(STOP)
#undef START
#undef STEP
#undef STOP
  w->sink = total[0];
  return 0;
}
static const double floats_each = sizeof(floats) / sizeof(float);

// Products of 16-bit integers added up in 32 bits, which is what the executor computes in.
#if defined(__AVX512VNNI__) && defined(__AVX512BW__)
typedef __m512i integers;
#define ZERO _mm512_setzero_si512()
#define MULTIPLY(sum, x, y) _mm512_dpwssd_epi32(sum, x, y)
static const char *const integer_path = "AVX-512 VNNI";
#elif defined(__AVX512BW__)
typedef __m512i integers;
#define ZERO _mm512_setzero_si512()
#define MULTIPLY(sum, x, y) _mm512_add_epi32(sum, _mm512_madd_epi16(x, y))
static const char *const integer_path = "AVX-512";
#elif defined(__AVX2__)
typedef __m256i integers;
#define ZERO _mm256_setzero_si256()
#define MULTIPLY(sum, x, y) _mm256_add_epi32(sum, _mm256_madd_epi16(x, y))
static const char *const integer_path = "AVX2";
#else
typedef int32_t integers __attribute__((vector_size(16)));
#define ZERO ((integers){0})
#define MULTIPLY(sum, x, y) ((sum) + (x) * (y))
static const char *const integer_path = "32-bit lanes";
#define LANES_OF_32
#endif

static void *multiply_integers(void *data) {
  worker *w = data;
  integers x = ZERO, y = ZERO, total = ZERO;
#define START(j) integers sum##j = ZERO;
#define STEP(j) sum##j = MULTIPLY(sum##j, x, y); OPAQUE(sum##j);
#define STOP(j) total = total + sum##j;
  EACH(START)
  for (int i = 0; i < ROUNDS; i++) {
    OPAQUE(x);
    EACH(STEP)
  }
  EACH(STOP)
  w->sink = (float)total[0];
  return 0;
}
#ifdef LANES_OF_32
static const double integers_each = sizeof(integers) / 4;
#else
static const double integers_each = sizeof(integers) / 2;
#endif

/// The least time of some tries, all threads side by side.
static double least(void *(*body)(void *), worker *workers, int threads, int tries) {
  double best = 1e300;
  for (int t = 0; t < tries; t++) {
    pthread_t ids[MOST];
    const double start = now();
    for (int i = 1; i < threads; i++) pthread_create(&ids[i], 0, body, &workers[i]);
    body(&workers[0]);
    for (int i = 1; i < threads; i++) pthread_join(ids[i], 0);
    const double took = now() - start;
    if (took < best) best = took;
  }
  return best;
}

int main(int count, char **arguments) {
  const int threads = count > 1 ? atoi(arguments[1]) : 1;
  if (threads < 1 || threads > MOST) return 64;
  worker workers[MOST];
  for (int i = 0; i < threads; i++) {
    workers[i].a = malloc(FLOATS * sizeof(float));
    workers[i].b = malloc(FLOATS * sizeof(float));
    workers[i].c = malloc(FLOATS * sizeof(float));
    if (!workers[i].a || !workers[i].b || !workers[i].c) return 71;
  }
  least(fill, workers, threads, 1);
  const double bytes = (double)FLOATS * sizeof(float) * threads;
  const double rounds = (double)ROUNDS * CHAINS * threads;
  printf("{\"copy\": %.0f, \"triad\": %.0f, \"floats\": %.0f, \"integers\": %.0f, "
         "\"path\": \"%s\"}\n",
         2 * bytes / least(copy, workers, threads, TRIES),
         3 * bytes / least(triad, workers, threads, TRIES),
         rounds * floats_each / least(multiply_floats, workers, threads, 3),
         rounds * integers_each / least(multiply_integers, workers, threads, 3), integer_path);
  return 0;
}
