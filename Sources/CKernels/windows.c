#include "windows.h"

#include <string.h>

#include "parallel.h"
#include "split.h"

static bool inside(int64_t pixel, const struct axis *axis) {
  return pixel >= 0 && pixel < axis->limit;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

// The smallest window, at most `windows`, whose tap at distance `offset` is at `pixel` or later.
static int64_t first_window(const struct axis *axis, int64_t offset, int64_t pixel) {
  int64_t distance = pixel - axis->start - offset;
  return clamp((distance + axis->move - 1) / axis->move, 0, axis->windows);
}

// Stretches

// The taps of a window that exist: they lie side by side.
static struct stretch taps_inside(const struct axis *axis, int64_t window) {
  int64_t start = axis->start + window * axis->move, first = 0, until = axis->taps;
  while (until > first && !inside(start + (until - 1) * axis->step, axis)) until--;
  while (first < until && !inside(start + first * axis->step, axis)) first++;
  return (struct stretch){window, 1, until > first ? first : 0, until - first};
}

struct stretch assay_stretch_of_windows(const struct axis *axis, int64_t window) {
  struct stretch stretch = taps_inside(axis, window);
  for (int64_t next = window + 1; next < axis->windows; next++, stretch.windows++) {
    struct stretch other = taps_inside(axis, next);
    if (other.tap != stretch.tap || other.taps != stretch.taps) break;
  }
  return stretch;
}

// The windows whose tap exists: they lie side by side.
static struct stretch windows_inside(const struct axis *axis, int64_t tap) {
  int64_t from = first_window(axis, tap * axis->step, 0);
  int64_t until = first_window(axis, tap * axis->step, axis->limit);
  return (struct stretch){until > from ? from : 0, until > from ? until - from : 0, tap, 1};
}

struct stretch assay_stretch_of_taps(const struct axis *axis, int64_t tap) {
  struct stretch stretch = windows_inside(axis, tap);
  for (int64_t next = tap + 1; next < axis->taps; next++, stretch.taps++) {
    struct stretch other = windows_inside(axis, next);
    if (other.window != stretch.window || other.windows != stretch.windows) break;
  }
  return stretch;
}

static bool axis_reaches_outside(const struct axis *axis) {
  struct stretch all = assay_stretch_of_windows(axis, 0);
  return all.windows < axis->windows || all.taps < axis->taps;
}

bool assay_reaches_outside(const struct windows *w) {
  return axis_reaches_outside(&w->rows) || axis_reaches_outside(&w->columns);
}

// Lattices

static int64_t row_floats(const struct windows *w) { return w->columns.limit * w->channels; }

struct lattice assay_windows_lattice(const struct windows *w, int64_t rows, int64_t columns) {
  return assay_lattice((struct lattice){
      columns, rows, w->columns.move * w->channels, w->rows.move * row_floats(w),
      w->rows.limit * row_floats(w)});
}

struct lattice assay_taps_lattice(const struct windows *w, int64_t columns) {
  return assay_near_lattice((struct lattice){
      w->depth, columns, 1, w->columns.step * w->channels, w->rows.step * row_floats(w)});
}

// Padding

struct padding {
  const struct windows *w;
  struct windows padded;
  float *images;
};

// The same taps on an axis that has pixels wherever one looks.
static struct axis padded_axis(const struct axis *axis) {
  int64_t reach = (axis->taps - 1) * axis->step, last = (axis->windows - 1) * axis->move;
  int64_t low = least(0, axis->start + least(reach, 0));
  int64_t high = axis->start + last + (reach > 0 ? reach : 0) + 1;
  struct axis padded = *axis;
  padded.start -= low;
  padded.limit = (high > axis->limit ? high : axis->limit) - low;
  return padded;
}

static void pad_image(void *context, int64_t image) {
  const struct padding *p = context;
  const struct axis *rows = &p->w->rows, *columns = &p->w->columns;
  int64_t top = p->padded.rows.start - rows->start, channels = p->w->channels;
  int64_t left = p->padded.columns.start - columns->start, width = p->padded.columns.limit;
  float *to = p->images + image * p->padded.rows.limit * width * channels;
  const float *from = p->w->images + image * rows->limit * columns->limit * channels;
  memset(to, 0, (size_t)(p->padded.rows.limit * width * channels) * sizeof *to);
  for (int64_t row = 0; row < rows->limit; row++) {
    memcpy(
        to + ((top + row) * width + left) * channels, from + row * columns->limit * channels,
        (size_t)(columns->limit * channels) * sizeof *to);
  }
}

struct windows assay_padded(const struct windows *w) {
  struct padding p = {.w = w, .padded = *w};
  p.padded.rows = padded_axis(&w->rows);
  p.padded.columns = padded_axis(&w->columns);
  int64_t size = p.padded.rows.limit * p.padded.columns.limit * w->channels;
  p.images =
      assay_shared_scratch(ASSAY_SHARED_IMAGES, w->count * size * (int64_t)sizeof(float));
  p.padded.images = p.images;
  assay_parallel(w->count, pad_image, &p);
  return p.padded;
}

// Places

struct place assay_place_of(const struct windows *w, int64_t line, int64_t position) {
  int64_t row = line / w->columns.windows, tap = position / w->depth;
  int64_t taps = w->columns.taps > 0 ? w->columns.taps : 1;
  return (struct place){
      row / w->rows.windows, row % w->rows.windows, line % w->columns.windows,
      tap / taps, tap % taps, position % w->depth};
}

void assay_next_row(const struct windows *w, struct place *place) {
  place->j = 0;
  if (++place->i < w->rows.windows) return;
  place->i = 0;
  place->image++;
}

void assay_next_tap(const struct windows *w, struct place *place) {
  place->channel = 0;
  if (++place->column < w->columns.taps) return;
  place->column = 0;
  place->row++;
}

// The pixel row that a place looks at.
static int64_t pixel_row(const struct windows *w, const struct place *place) {
  return w->rows.start + place->i * w->rows.move + place->row * w->rows.step;
}

int64_t assay_source_offset(const struct windows *w, const struct place *place) {
  int64_t column =
      w->columns.start + place->j * w->columns.move + place->column * w->columns.step;
  int64_t row = place->image * w->rows.limit + pixel_row(w, place);
  return (row * w->columns.limit + column) * w->channels + place->channel;
}

const float *assay_source_of(const struct windows *w, const struct place *place) {
  return w->images + assay_source_offset(w, place);
}

struct range assay_windows_inside(
    const struct windows *w, const struct place *tap, int64_t lines) {
  if (!inside(pixel_row(w, tap), &w->rows)) return (struct range){0, 0};
  int64_t offset = tap->column * w->columns.step, end = tap->j + lines;
  int64_t from = clamp(first_window(&w->columns, offset, 0), tap->j, end);
  int64_t until = clamp(first_window(&w->columns, offset, w->columns.limit), from, end);
  return (struct range){from - tap->j, until - tap->j};
}
