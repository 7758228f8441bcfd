// Pooling and resizing of images [batch][height][width][channels].
//
// The numeric contract. A window is the taps of its kernel that lie in the image, taken in the
// order (kernel row, kernel column); all arithmetic is float32.
//   - Its maximum is the first tap that no other exceeds, or the first NaN if there is one; -Inf
//     for a window without taps. Gradients follow that one tap.
//   - Its average is the sum, from 0, divided by a count; 0 for a window without taps.
//   - Adjoints (gradients) start from 0 and add the outputs' contributions in ascending order of
//     (output row, output column).
// Channels and images are independent, so no split can change a bit.
#ifndef ASSAY_POOLING_H
#define ASSAY_POOLING_H
#include <stdbool.h>
#include <stdint.h>

// Windows over images. Window (oh, ow) begins at row oh stride_height - pad_top and column
// ow stride_width - pad_left; its taps are dilation_height and dilation_width apart.
struct assay_pool {
  int64_t batch, height, width, channels;
  int64_t out_height, out_width;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t pad_top, pad_left;
  int64_t dilation_height, dilation_width;
};

// y[batch][out_height][out_width][channels] = the windows' maxima.
void assay_max_pool(float *y, const float *x, const struct assay_pool *pool);

// dx = the gradient of the maxima's sum weighted by dy: each window's dy is added at its maximum.
void assay_max_pool_gradient(
    float *dx, const float *x, const float *dy, const struct assay_pool *pool);

// out = for each window the number of g (as large as x) at the place of x's maximum, 0 for a window
// without taps: the adjoint of `assay_max_pool_gradient` in dy, which second derivatives need.
void assay_max_pool_pick(
    float *out, const float *x, const float *g, const struct assay_pool *pool);

// y = the windows' averages. The count is the kernel's taps with `count_padding`, else those in the
// image.
void assay_average_pool(
    float *y, const float *x, const struct assay_pool *pool, bool count_padding);

// dx: each tap of a window receives the window's dy divided by its count.
void assay_average_pool_gradient(
    float *dx, const float *dy, const struct assay_pool *pool, bool count_padding);

// Images brought to another size.
struct assay_resize {
  int64_t batch, height, width, channels;
  int64_t out_height, out_width;
};

// y[o] = x[floor(o size / out_size)] along each direction.
void assay_resize_nearest(float *y, const float *x, const struct assay_resize *resize);

// Its adjoint.
void assay_resize_nearest_gradient(
    float *dx, const float *dy, const struct assay_resize *resize);

// Linear in each direction, the images' edges aligned (PyTorch's align_corners = False).
// Along one direction output o reads the place s = max(0, (o + 1/2) size / out_size - 1/2), between
// i = floor(s) and min(i + 1, size - 1), with t = s - i (exact in integers, divided in float64,
// rounded to float32) and 1 - t (rounded). The four pixels' weights are products of a row's and a
// column's, rounded; y is the first product and then three fused multiply-adds, in the order
// (upper, left), (upper, right), (lower, left), (lower, right).
void assay_resize_bilinear(float *y, const float *x, const struct assay_resize *resize);

// Its adjoint: four fused multiply-adds for each output, in the same order.
void assay_resize_bilinear_gradient(
    float *dx, const float *dy, const struct assay_resize *resize);

#endif
