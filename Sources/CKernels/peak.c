#include "peak.h"

#include "parallel.h"

enum { PEAK_CHAINS = 12 };

struct peak_kernels {
  float (*peak)(int64_t rounds);
  int width;
};

#define FAMILY "peak.inc"
#include "paths.h"

static const struct peak_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(peak_kernels);

struct work {
  const struct peak_kernels *kernels;
  int64_t rounds;
};

static void run_item(void *context, int64_t item) {
  (void)item;
  const struct work *work = context;
  // Stored where the compiler cannot know that nobody looks.
  volatile float sink = work->kernels->peak(work->rounds);
  (void)sink;
}

int64_t assay_peak_fma(int64_t rounds) {
  struct work work = {table[assay_path_current()], rounds};
  int threads = assay_threads();
  assay_parallel(threads, run_item, &work);
  return 2 * PEAK_CHAINS * rounds * work.kernels->width * threads;
}
