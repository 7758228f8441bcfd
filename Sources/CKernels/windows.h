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
  int64_t count;  // of images
  struct axis rows, columns;
  int64_t depth;     // channels of the group
  int64_t channels;  // of the images: floats from one pixel to the next
};

// The windows as lines along k or across it. `windows` lives as long as the operand.
struct operand assay_windows_operand(const struct windows *windows, bool along);

// The rest is for what sums windows without packing them.

// A line and a position of it: a window and one of its taps.
struct place {
  int64_t image, i, j;           // window
  int64_t row, column, channel;  // tap
};

struct place assay_place_of(const struct windows *w, int64_t line, int64_t position);

// Moves to the first window of the next row of windows.
void assay_next_row(const struct windows *w, struct place *place);

// Moves to the first channel of the next tap.
void assay_next_tap(const struct windows *w, struct place *place);

// What a place looks at; meaningful only inside the image.
const float *assay_source_of(const struct windows *w, const struct place *place);

// Of `lines` windows side by side those that have a tap inside the image: from ..< until, counted
// from the first.
struct range {
  int64_t from, until;
};

struct range assay_windows_inside(
    const struct windows *w, const struct place *tap, int64_t lines);

#endif
