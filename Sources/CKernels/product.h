// The one engine behind matrix products and convolutions: C = A B, where A and B are described by
// functions that copy pieces of them into cache-sized blocks. Copying is all that a convolution
// adds to a matrix product, so both share tiles, order of sums and threads.
#ifndef ASSAY_PRODUCT_H
#define ASSAY_PRODUCT_H
#include <stdbool.h>
#include <stdint.h>

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
  bool add;                // whether the sums are added to c or stored
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

// Writes positions first ..< first + count of `lines` lines of an operand, from `line` on.
struct operand;
typedef void (*packer)(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count);

// A or B as a set of lines. `along`: a line is a row of A or a column of B, its positions are the
// steps of k. Otherwise a line is one step of k, its positions are rows of A or columns of B.
struct operand {
  bool along;
  packer pack;          // line l to to[l * stride ...]
  packer transpose;     // position p of line l to to[p * stride + l]; only where `along`
  const void *source;   // the matrix's first element, or what the packers need
  int64_t stride;       // of a matrix: floats from line to line
};

// An operand whose lines lie `stride` floats apart in memory.
struct operand assay_matrix_operand(const float *start, int64_t stride, bool along);

// C = A B with m x k and k x n operands. Element (i, j) is c[offset of row i + j].
struct product {
  int64_t m, n, k;
  struct operand a, b;
  float *c;
  int64_t row_stride;  // offset of row i: i * row_stride, unless `locate` is given
  void (*locate)(const void *target, int64_t *offsets, int64_t row, int64_t rows);
  const void *target;
};

// Those of the current path.
const struct product_kernels *assay_product_kernels(void);

// Computes the product in the order of sums that matmul.h writes down, on all threads.
void assay_product(const struct product *product);

#endif
