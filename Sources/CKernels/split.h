// How families cut their work for the pool.
#ifndef ASSAY_SPLIT_H
#define ASSAY_SPLIT_H
#include "parallel.h"

static inline int64_t least(int64_t a, int64_t b) { return a < b ? a : b; }

static inline int64_t divide_up(int64_t a, int64_t b) { return (a + b - 1) / b; }

// The number of items worth making of `work` elements, where fewer than `piece` are not worth a
// thread: at most a few for each thread, and one where all is small.
static inline int64_t useful_items(int64_t work, int64_t piece) {
  const int threads = assay_threads();
  if (threads == 1 || work < 2 * piece) return 1;
  return least(work / piece, 4 * (int64_t)threads);
}

#endif
