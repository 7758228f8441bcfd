// Two-dimensional convolutions (cross-correlations, as networks use the word) and their gradients.
//
// Layout: images are NHWC, weights are [kernel_height][kernel_width][in_channels / groups]
// [out_channels]; output channel o belongs to group o / (out_channels / groups).
//
// The contract (every path, thread count, shape and machine gives these bits). Every element is
// one sum of products in the order that matmul.h writes down: a fused chain over k ascending within
// chunks of 512 counted from the sum's first k, chunks added ascending. What k runs over:
//
//   forward           y[n][oh][ow][o]: k = (kh, kw, i), the last fastest, i over the group's input
//                     channels. Step: fma(x[n][ih][iw][i], w[kh][kw][i][o], s) where
//                     ih = oh * stride_height - pad_top + kh * dilation_height, iw alike.
//   input gradient    dx[n][ih][iw][i]: k = (kh, kw, o), o over the group's output channels, kh and
//                     kw over the taps of the pixel's phase alone: those kh in 0 ..< kernel_height,
//                     ascending, with (ih + pad_top - kh * dilation_height) divisible by
//                     stride_height, kw alike. They depend on the remainders of ih + pad_top and
//                     iw + pad_left by the strides only. Step: fma(dy[n][oh][ow][o],
//                     w[kh][kw][i][o], s) where oh = (ih + pad_top - kh * dilation_height) /
//                     stride_height, ow alike. A phase without taps gives +0.
//   weight gradient   dw[kh][kw][i][o]: k = (n, oh, ow). Step: fma(x[n][ih][iw][i],
//                     dy[n][oh][ow][o], s) with the ih and iw of forward.
//
// A k whose ih or iw, or oh or ow, lies outside the image is left out of the chain, but counts where
// chunks begin. (Taking a zero for it gives the same bits wherever the other factor is finite: such
// a step changes at most the sign of a zero, and no sum ends as -0.)
#ifndef ASSAY_CONV_H
#define ASSAY_CONV_H
#include <stdint.h>

// The geometry of one convolution. Padding at the bottom and the right is what out_height and
// out_width imply. All are positive, the paddings not negative, and `groups` divides both channels.
struct assay_conv {
  int64_t batch, height, width, in_channels;
  int64_t out_height, out_width, out_channels;
  int64_t kernel_height, kernel_width;
  int64_t stride_height, stride_width;
  int64_t pad_top, pad_left;
  int64_t dilation_height, dilation_width;
  int64_t groups;
};

// y[batch][out_height][out_width][out_channels] = convolution of x[batch][height][width]
// [in_channels] with w.
void assay_conv_forward(float *y, const float *x, const float *w, const struct assay_conv *g);

// dx = the gradient with respect to x of a sum whose gradient with respect to y is dy: also the
// forward pass of the transposed convolution.
void assay_conv_input_gradient(
    float *dx, const float *dy, const float *w, const struct assay_conv *g);

// dw = the gradient with respect to w.
void assay_conv_weight_gradient(
    float *dw, const float *x, const float *dy, const struct assay_conv *g);

#endif
