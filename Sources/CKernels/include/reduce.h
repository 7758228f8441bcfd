// Sums, maxima and products reduced to one number, in one written order that depends on lengths
// alone.
//
// The numeric contract. A sum is accumulated in float64 and rounded once to float32 at its end.
//   - Rows (inner = 1, and the flat functions): the sequence is cut into chunks of 4096. In a
//     chunk, element i is added to lane i mod 16, ascending; the lanes start from 0 and are added
//     as a tree: lane j + 8 to lane j for j < 8, then j + 4 for j < 4, j + 2, j + 1.
//   - Columns (inner > 1): the rows are cut into chunks of 1024, and a chunk's rows are added in
//     ascending order, starting from 0.
//   - The chunks' sums are added in ascending order, starting from 0.
// The product of two float32 is exact in float64, so squares and dot products round in their sum
// alone.
#ifndef ASSAY_REDUCE_H
#define ASSAY_REDUCE_H
#include <stdint.h>

// The rows of a chunk, where columns are added up.
enum { ASSAY_COLUMN_CHUNK = 1024 };

// out[outer][inner] = the sum of in[outer][length][inner] over its middle axis; 0 for no elements.
void assay_reduce_sum(
    float *out, const float *in, int64_t outer, int64_t length, int64_t inner);

// The largest over the middle axis; NaN where any is, -Inf for no elements; +0 where both zeros are
// the largest or -0 alone is, so that no order can matter.
void assay_reduce_max(
    float *out, const float *in, int64_t outer, int64_t length, int64_t inner);

// The index of the largest over the middle axis: the lowest one of equals, and of the first NaN if
// there is any; 0 for no elements. The length is below 2^31.
void assay_reduce_argmax(
    int32_t *out, const float *in, int64_t outer, int64_t length, int64_t inner);

// The sum of the elements.
double assay_sum(const float *in, int64_t count);

// The sum of the elements' squares. It cannot overflow, so it is finite exactly if all elements
// are.
double assay_sum_of_squares(const float *in, int64_t count);

// The sum of a[i] b[i].
double assay_dot(const float *a, const float *b, int64_t count);

#endif
