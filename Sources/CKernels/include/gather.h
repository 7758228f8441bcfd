// Rows picked from a table: the examples of a batch.
#ifndef ASSAY_GATHER_H
#define ASSAY_GATHER_H
#include <stdint.h>

// out[i] = values[index[i]] for rows of `width` numbers. Every index must be a row of the table.
void assay_gather_rows(
    float *out, const float *values, const int32_t *index, int64_t rows, int64_t width);

// out[i] = bytes[index[i]] / divisor for rows of `width` bytes: the byte becomes a float32, and the
// quotient is rounded.
void assay_gather_bytes(
    float *out, const uint8_t *bytes, const int32_t *index, int64_t rows, int64_t width,
    float divisor);

#endif
