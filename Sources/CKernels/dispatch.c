#include "dispatch.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

static const char *const names[ASSAY_PATH_COUNT] = {"generic", "avx2", "avx512", "neon"};
static atomic_int forced = -1;

const char *assay_path_name(int path) {
  return path >= 0 && path < ASSAY_PATH_COUNT ? names[path] : "unknown";
}

bool assay_path_available(int path) {
  switch (path) {
    case ASSAY_PATH_GENERIC:
      return true;
#if defined(__x86_64__)
    case ASSAY_PATH_AVX2:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
    case ASSAY_PATH_AVX512:
      __builtin_cpu_init();
      return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512dq") &&
             __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512vl") &&
             __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#elif defined(__aarch64__)
    case ASSAY_PATH_NEON:
      return true;
#endif
    default:
      return false;
  }
}

static int best_path(void) {
  const char *asked = getenv("ASSAY_KERNELS");
  if (asked) {
    for (int path = 0; path < ASSAY_PATH_COUNT; path++) {
      if (strcmp(asked, names[path]) == 0 && assay_path_available(path)) return path;
    }
  }
  for (int path = ASSAY_PATH_COUNT - 1; path > 0; path--) {
    if (assay_path_available(path)) return path;
  }
  return ASSAY_PATH_GENERIC;
}

int assay_path_current(void) {
  int path = atomic_load_explicit(&forced, memory_order_relaxed);
  if (path < 0) {
    path = best_path();
    atomic_store_explicit(&forced, path, memory_order_relaxed);
  }
  return path;
}

bool assay_path_force(int path) {
  if (path == ASSAY_PATH_COUNT) {
    atomic_store(&forced, -1);
    return true;
  }
  if (!assay_path_available(path)) return false;
  atomic_store(&forced, path);
  return true;
}
