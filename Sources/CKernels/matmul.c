#include "matmul.h"

#include "product.h"

void assay_matmul(
    float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, bool transpose_a,
    bool transpose_b) {
  struct lattice across = assay_line(1), a_down = assay_line(transpose_a ? m : k);
  struct lattice b_down = assay_line(transpose_b ? k : n);
  struct product product = {
      .m = m, .n = n, .k = k,
      .a = {a, transpose_a ? across : a_down, transpose_a ? a_down : across, !transpose_a},
      .b = {b, transpose_b ? b_down : across, transpose_b ? across : b_down, transpose_b},
      .c = c,
      .rows = assay_line(n),
      .section = assay_all_steps(k),
  };
  assay_products(&product, 1, false);
}
