// The one engine behind matrix products and convolutions: C = A B, where the rows and columns of
// all three lie on lattices, from which cache-sized blocks are copied. That copying is all that a
// convolution adds to a matrix product, so both share tiles, order of sums and threads.
#ifndef ASSAY_PRODUCT_H
#define ASSAY_PRODUCT_H
#include <stdbool.h>
#include <stdint.h>

#include "lattice.h"
#include "matmul.h"

enum {
  PRODUCT_BLOCK = 256,                 // rows of A that are packed together
  PRODUCT_ROW = ASSAY_CHUNK + 16,      // floats from one packed row of A to the next
  PRODUCT_COLUMN = PRODUCT_BLOCK + 16  // floats from one packed column of A to the next
};

// Steps of a chunk of k that follow each other.
struct run {
  int64_t first, count;
};

// One tile of the result: at most `rows` x `width` elements over at most one chunk of k.
struct tile {
  const float *a;          // row i, step p: a[i * PRODUCT_ROW + p], or a[p * PRODUCT_COLUMN + i]
  const float *b;          // step p, column j: b[p * b_stride + j]
  int64_t b_stride;        // in floats
  const struct run *runs;  // the steps
  int64_t run_count;
  float *c;                // row i starts at c[offsets[i]]
  const int64_t *offsets;  // one for each row
  bool add;                // whether the sums are added to c or to zeros
};

// So many pieces, and the distances in floats from one to the next in target and source.
struct steps {
  int64_t count, to, from;
};

// What differs between code paths.
struct product_kernels {
  int64_t rows, lanes;  // largest tile: rows x (2 * lanes)
  // Computes a tile of `rows` rows and `vectors` (1 or 2) vectors of columns; `across` chooses the
  // second form of a.
  void (*tile)(const struct tile *tile, int rows, int vectors, bool across);
  // Copies runs of `count` floats: inner.count runs, and that outer.count times.
  void (*copy)(
      float *to, const float *from, int64_t count, struct steps inner, struct steps outer);
  // to[i * to_stride + line] = from[line * from_stride + i] for i < count.
  void (*transpose)(
      float *to, int64_t to_stride, const float *from, int64_t from_stride, int64_t lines,
      int64_t count);
};

// Those of the current path.
const struct product_kernels *assay_product_kernels(void);

// k in rows of `middle` x `inner` steps: those inside the two ranges.
struct section {
  int64_t inner, inner_first, inner_count;
  int64_t middle, middle_first, middle_count;
};

// Rows of A and C that take the same steps of k; the others are left out of their sums.
struct rows {
  int64_t count;
  int64_t a_start, c_start;  // floats from the start of A and C to the first row's
  struct lattice a, c;       // from there to the other rows
  struct section section;
};

// A or B: element (line, step of k) is start[offset of the line + offset of the step]. A line is a
// column of B or a row of A, where it lies as its group says.
struct operand {
  const float *start;
  struct lattice lines;  // of B alone
  struct lattice steps;
  bool along;  // whether the steps' lattice has distance 1, else the lines' has
};

// C = A B with m x k and k x n operands, columns of C side by side. The m rows are given in groups.
struct product {
  int64_t m, n, k;
  struct operand a, b;
  float *c;
  const struct rows *rows;
};

// All rows and steps of a matrix product whose rows lie these distances apart.
struct rows assay_all_rows(int64_t m, int64_t k, int64_t a_stride, int64_t c_stride);

enum { PRODUCTS = 64 };  // most products of one call

// Computes products that write different elements, in the order of sums that matmul.h writes down,
// on all threads.
void assay_products(const struct product *products, int64_t count);

#endif
