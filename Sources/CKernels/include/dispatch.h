// Which of the compiled code paths runs. Every kernel exists once per path, compiled from one
// source, and gives the same bits on each: the path is chosen for speed alone.
#ifndef ASSAY_DISPATCH_H
#define ASSAY_DISPATCH_H
#include <stdbool.h>

// The code paths, slowest first. `generic` needs nothing of the CPU (its fused multiply-add is a
// library call): it is the reference, not a way to train.
enum assay_path {
  ASSAY_PATH_GENERIC = 0,
  ASSAY_PATH_AVX2 = 1,
  ASSAY_PATH_AVX512 = 2,
  ASSAY_PATH_NEON = 3,
  ASSAY_PATH_COUNT = 4,
};

// The path in use: the best one the CPU has, unless `ASSAY_KERNELS` in the environment or
// `assay_path_force` says otherwise.
int assay_path_current(void);

// Whether this binary and this CPU have the path.
bool assay_path_available(int path);

// Uses `path` from now on; false (and no change) where it is not available. Not to be called while
// kernels run. `ASSAY_PATH_COUNT` returns to the default.
bool assay_path_force(int path);

// "generic", "avx2", "avx512" or "neon".
const char *assay_path_name(int path);

#endif
