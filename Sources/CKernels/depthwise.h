// Convolutions of each channel with its own kernel, vectorised over the channels: as products of
// one column they would leave nearly all of a vector idle. The bits are those of conv.h.
#ifndef ASSAY_DEPTHWISE_H
#define ASSAY_DEPTHWISE_H
#include "matmul.h"
#include "windows.h"

// Where the windows' results lie: window (image, i, j) at pixel (row + i * row_step, column +
// j * column_step) of an image of height x width pixels.
struct pixels {
  float *images;
  int64_t height, width, row, row_step, column, column_step;
};

// The weights of the windows' taps: tap (row, column) at kernel position (row + row * row_step,
// column + column * column_step) of kernels `width` wide, each position `channels` floats.
struct taps {
  const float *weights;
  int64_t width, row, row_step, column, column_step;
};

// Most taps of a window: one chunk of k.
enum { DEPTHWISE_TAPS = ASSAY_CHUNK };

// result[window][c] = sum over the taps of images[tap][c] * weights[tap][c]. `windows` takes all
// channels together: depth == channels. At most DEPTHWISE_TAPS taps.
void assay_depthwise(
    const struct pixels *result, const struct windows *windows, const struct taps *taps);

// dw[tap][c] = sum over the windows of images[tap][c] * dy[window][c].
void assay_depthwise_weight_gradient(
    float *dw, const struct windows *windows, const float *dy);

#endif
