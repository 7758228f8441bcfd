#include "matmul.h"

#include "product.h"

void assay_matmul(
    float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, bool transpose_a,
    bool transpose_b) {
  struct product product = {
      .m = m, .n = n, .k = k,
      .a = assay_matrix_operand(a, transpose_a ? m : k, !transpose_a),
      .b = assay_matrix_operand(b, transpose_b ? k : n, transpose_b),
      .c = c, .row_stride = n,
  };
  assay_product(&product);
}
