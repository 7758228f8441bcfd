// The windows that a convolution moves over images.
#ifndef ASSAY_WINDOWS_H
#define ASSAY_WINDOWS_H
#include <stdbool.h>

#include "lattice.h"

// One axis of a set of windows: tap t of window j looks at pixel start + j * move + t * step,
// which exists if it lies in 0 ..< limit. `move` is positive.
struct axis {
  int64_t windows, taps, start, move, step, limit;
};

// Windows (image, row, column) with taps (row, column, channel).
struct windows {
  const float *images;
  int64_t count;  // of images
  struct axis rows, columns;
  int64_t depth;     // channels of the group
  int64_t channels;  // of the images: floats from one pixel to the next
};

// Some windows of an axis, side by side, and some of their taps, such that all of these look at
// pixels that exist.
struct stretch {
  int64_t window, windows, tap, taps;
};

// The windows from `window` on that see the same taps, with these taps. The stretches of an axis
// are its windows, each once, without the taps that lie outside the image.
struct stretch assay_stretch_of_windows(const struct axis *axis, int64_t window);

// The taps from `tap` on that are seen by the same windows, with these windows.
struct stretch assay_stretch_of_taps(const struct axis *axis, int64_t tap);

// Whether some tap lies outside the image.
bool assay_reaches_outside(const struct windows *w);

// Where `rows` x `columns` windows of each image look, and where the taps of a window lie,
// `columns` in a row, in floats from the first of them on.
struct lattice assay_windows_lattice(const struct windows *w, int64_t rows, int64_t columns);
struct lattice assay_taps_lattice(const struct windows *w, int64_t columns);

// The same windows over copies of the images that have zeros around them. They stay until the
// calling thread's next call.
struct windows assay_padded(const struct windows *w);

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

// What a place looks at, in floats from the first image on: no pixel unless inside the image.
int64_t assay_source_offset(const struct windows *w, const struct place *place);
const float *assay_source_of(const struct windows *w, const struct place *place);

// Of `lines` windows side by side those that have a tap inside the image: from ..< until, counted
// from the first.
struct range {
  int64_t from, until;
};

struct range assay_windows_inside(
    const struct windows *w, const struct place *tap, int64_t lines);

#endif
