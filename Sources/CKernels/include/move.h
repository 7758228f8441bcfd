// Copies that change the order, the place or the type of numbers, and compute nothing (but for
// bytes).
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

// out[i] = table[index[i]] for rows of `width` numbers. Every index must be a row of the table.
void assay_gather_rows(
    float *out, const float *table, const int32_t *index, int64_t rows, int64_t width);

// out[i] = table[index[i]] / divisor for rows of `width` bytes: the byte becomes a float32, and the
// quotient is rounded.
void assay_gather_bytes(
    float *out, const uint8_t *table, const int32_t *index, int64_t rows, int64_t width,
    float divisor);

// out[rows][classes]: 1 where the column's number equals the row's label, else 0; a row of zeros
// for a label that is no class.
void assay_one_hot(float *out, const int32_t *label, int64_t rows, int64_t classes);

#endif
