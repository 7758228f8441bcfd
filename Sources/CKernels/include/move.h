// Copies that change the order or the place of numbers, and compute nothing.
#ifndef ASSAY_MOVE_H
#define ASSAY_MOVE_H
#include <stdint.h>

// The most dimensions that `assay_copy_strided` takes.
enum { ASSAY_COPY_RANK = 6 };

// out[i . out_strides] = in[i . in_strides] for every index i below dims: permutes, slices, pads,
// concatenates, flips and expands. Strides are in elements; those of `in` may be 0 (repeat) or
// negative, those of `out` must lead to different places. The two must not overlap. Fast where the
// innermost runs are contiguous in both, and where one's innermost dimension is another one of the
// other's (a transpose, as between NHWC and NCHW).
void assay_copy_strided(
    float *out, const float *in, int32_t rank, const int64_t *dims, const int64_t *out_strides,
    const int64_t *in_strides);

// out[rows][classes]: 1 where the column's number equals the row's label, else 0; a row of zeros
// for a label that is no class.
void assay_one_hot(float *out, const int32_t *label, int64_t rows, int64_t classes);

#endif
