// Matrix products.
//
// The contract (every path, thread count, shape and machine gives these bits):
//
//   chunk sum   s[q] = 0, then for p = 512 q ..< min(512 (q + 1), k), ascending:
//               s[q] = fma(a[p], b[p], s[q])
//   element     c = +0, then for q = 0, 1, ..., ascending: c = c + s[q]
//
// where a[p] and b[p] are the p-th elements of the row and the column that meet in c, fma is IEEE
// 754 fusedMultiplyAdd and + is IEEE addition, both binary32, to nearest with ties to even, with
// subnormal operands and results kept. With k = 0 all elements are +0. NaN and infinity go through
// as these operations say; the payload and sign of a NaN are not promised.
#ifndef ASSAY_MATMUL_H
#define ASSAY_MATMUL_H
#include <stdbool.h>
#include <stdint.h>

// Steps of k in one chained sum. Part of the contract, never tuned.
enum { ASSAY_CHUNK = 512 };

// c[m][n] = op(a) op(b), row-major and contiguous: a is [m][k], or [k][m] with `transpose_a`;
// b is [k][n], or [n][k] with `transpose_b`. c overlaps neither.
void assay_matmul(
    float *c, const float *a, const float *b, int64_t m, int64_t n, int64_t k, bool transpose_a,
    bool transpose_b);

#endif
