#include <cblas.h>

/// What OpenBLAS does itself before a fork; its next use makes up for it. Not every build has it.
__attribute__((weak)) int blas_thread_shutdown_(void);

/// Ends the threads that OpenBLAS starts as soon as it is loaded. They wait busily for their first
/// product, for tens of milliseconds; where one comes they are started again.
static inline void openblas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}
