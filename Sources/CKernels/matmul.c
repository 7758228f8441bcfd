#include "matmul.h"

#include "product.h"

void assay_matmul(
    float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, bool transpose_a,
    bool transpose_b) {
  struct lattice across = assay_line(1), down = assay_line(transpose_b ? k : n);
  struct rows rows = assay_all_rows(m, k, transpose_a ? 1 : k, n);
  struct product product = {
      .m = m, .n = n, .k = k,
      .a = {.start = a, .steps = assay_line(transpose_a ? m : 1), .along = !transpose_a},
      .b = {b, transpose_b ? down : across, transpose_b ? across : down, transpose_b},
      .c = c,
      .rows = &rows,
  };
  assay_products(&product, 1);
}
