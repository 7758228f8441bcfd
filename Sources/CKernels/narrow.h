// Convolutions with few outputs, vectorised over windows side by side: as products of few columns
// they would leave nearly all of a vector idle. The bits are those of conv.h.
#ifndef ASSAY_NARROW_H
#define ASSAY_NARROW_H
#include "depthwise.h"

enum {
  NARROW_OUTPUTS = 4,  // most outputs
  NARROW_PARTS = 16    // most phases
};

// Windows that move by one pixel, where their results lie, and which weights their taps have: the
// whole of a convolution, or one phase of an input gradient.
struct narrow_part {
  struct windows windows;
  struct pixels result;
  struct taps taps;
};

struct narrow {
  int64_t outputs;          // of the group
  int64_t result_channels;  // floats from one pixel of the results to the next
  // Floats from a weight to that of the next kernel position, channel and output.
  int64_t position_step, channel_step, output_step;
  int64_t count;  // of parts, which all look at the same images
  struct narrow_part parts[NARROW_PARTS];
};

// Whether this is faster than a product: few outputs, and enough windows in an image whose channels
// fit the second-level cache.
bool assay_is_narrow(const struct narrow *narrow);

// result[window][o] = sum over taps and channels of images[tap][c] * weights[tap][c][o].
void assay_narrow(const struct narrow *narrow);

#endif
