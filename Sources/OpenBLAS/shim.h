#include <cblas.h>
#include <stddef.h>

/// What OpenBLAS does itself before a fork; its next use makes up for it. Not every build has it.
__attribute__((weak)) int blas_thread_shutdown_(void);

/// Ends the threads that OpenBLAS starts as soon as it is loaded. They wait busily for their first
/// product, for tens of milliseconds; where one comes they are started again.
static inline void openblas_end_threads(void) {
  if (blas_thread_shutdown_) blas_thread_shutdown_();
}

/// LAPACK's eigenvalues of a symmetric matrix, as Fortran passes arguments: pointers, and the lengths
/// of both texts after all else. cblas.h does not have it.
void dsyev_(
    const char *jobz, const char *uplo, const blasint *n, double *a, const blasint *lda, double *w,
    double *work, const blasint *lwork, blasint *info, size_t jobz_length, size_t uplo_length);

/// Eigenvalues in ascending order in `values`; eigenvectors, one after another, in `matrix`, which holds
/// the `n` by `n` symmetric matrix before. `room` has 3 n numbers. Nonzero where it does not converge.
static inline blasint symmetric_eigen(blasint n, double *matrix, double *values, double *room) {
  const blasint length = 3 * n;
  blasint info = 0;
  dsyev_("V", "U", &n, matrix, &n, values, room, &length, &info, 1, 1);
  return info;
}
