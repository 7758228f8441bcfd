// The one engine behind matrix products and convolutions: C = A B, where the rows and columns of all
// three lie on lattices, from which cache-sized blocks are copied. That copying is all that a
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

// One tile of the result: at most `rows` x `width` elements over at most one chunk of k.
struct tile {
  const float *a;          // row i, step p: a[i * PRODUCT_ROW + p], or a[p * PRODUCT_COLUMN + i]
  const float *b;          // step p, column j: b[p * b_stride + j]
  int64_t b_stride;        // in floats
  int64_t count;           // steps of k
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

// A or B: element (line, step of k) is start[offset of the line + offset of the step]. A line is a
// row of A or a column of B.
struct operand {
  const float *start;
  struct lattice lines, steps;
  bool along;  // whether the steps' lattice has distance 1, else the lines' has
};

// k as part of a box of `whole` steps in rows of `middle` x `inner`: those inside the two ranges.
// The chunks of the sums are counted in the whole box.
struct section {
  int64_t whole, inner, middle;
  int64_t inner_first, inner_count, middle_first, middle_count;
};

// C = A B with m x k and k x n operands, columns of C side by side.
struct product {
  int64_t m, n, k;
  struct operand a, b;
  float *c;
  struct lattice rows;  // of c
  struct section section;
};

// All `k` steps.
struct section assay_all_steps(int64_t k);

// Those of the current path.
const struct product_kernels *assay_product_kernels(void);

enum { PRODUCTS = 64 };  // most products of one call

// Computes products that write different elements, in the order of sums that matmul.h writes down,
// on all threads. `together`: they are sections of one box, and what they read there is so much that
// all go through it chunk by chunk.
void assay_products(const struct product *products, int64_t count, bool together);

#endif
