// How a product is cut into parts for the threads: what task.c decides and product.c carries out.
#ifndef ASSAY_TASK_H
#define ASSAY_TASK_H
#include "product.h"

// A product as it is computed: perhaps transposed (C' = B' A', of one group of rows), perhaps with
// each chunk's sums stored in a matrix of their own.
struct task {
  struct product product;
  bool swapped;
  const struct product_kernels *kernels;
  int64_t row_parts, column_parts, chunk_parts;
  float *partial;  // [chunk][rows of c][columns of c], or NULL
};

static inline int64_t chunks_of(const struct product *p) {
  return (p->k + ASSAY_CHUNK - 1) / ASSAY_CHUNK;
}

// Computes one of row_parts * column_parts * chunk_parts parts.
void assay_run_part(const struct task *task, int64_t part);

// Adds the chunks' sums of one row of c, ascending.
void assay_add_partial(const struct task *task, int64_t row);

#endif
