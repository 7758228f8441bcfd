// How a product is cut into parts for the threads: what task.c decides and product.c carries out.
#ifndef ASSAY_TASK_H
#define ASSAY_TASK_H
#include "product.h"

// A product as it is computed: perhaps transposed (C' = B' A'), perhaps with each chunk's sums
// stored in a matrix of their own.
struct task {
  struct product product;
  bool swapped;
  const struct product_kernels *kernels;
  int64_t row_parts, column_parts, chunk_parts;
  float *partial;  // [chunk][rows of c][columns of c], or NULL
};

int64_t assay_chunks_of(const struct product *product);

// Computes one of row_parts * column_parts * chunk_parts parts.
void assay_run_part(const struct task *task, int64_t part);

// Computes one of row_parts * column_parts parts of each task, chunk by chunk.
void assay_run_parts(const struct task *tasks, int64_t count, int64_t part);

// Adds the chunks' sums of one row of c, ascending.
void assay_add_partial(const struct task *task, int64_t row);

#endif
