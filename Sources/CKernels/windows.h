// The windows that a convolution moves over images, as an operand of a product.
#ifndef ASSAY_WINDOWS_H
#define ASSAY_WINDOWS_H
#include "product.h"

// One axis of a set of windows: tap t of window j looks at pixel start + j * move + t * step,
// which is a zero unless it lies in 0 ..< limit.
struct axis {
  int64_t windows, taps, start, move, step, limit;
};

// The windows (image, row, column) are the lines, the taps (row, column, channel) the positions of
// an operand.
struct windows {
  const float *images;
  struct axis rows, columns;
  int64_t depth;     // channels of the group
  int64_t channels;  // of the images: floats from one pixel to the next
};

// The windows as lines along k or across it. `windows` lives as long as the operand.
struct operand assay_windows_operand(const struct windows *windows, bool along);

#endif
