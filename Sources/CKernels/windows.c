// Gathers windows: runs of floats are copied from the images, with zeros where a window reaches
// beyond its image. No arithmetic on pixels happens here.
#include "windows.h"

#include <string.h>

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

static bool inside(int64_t pixel, const struct axis *axis) {
  return pixel >= 0 && pixel < axis->limit;
}

// Whether the taps of one row lie side by side in memory.
static bool is_contiguous(const struct windows *w) {
  return w->columns.step == 1 && w->depth == w->channels;
}

static int64_t clamp(int64_t value, int64_t low, int64_t high) {
  return value < low ? low : value > high ? high : value;
}

// The smallest window, at most `windows`, whose tap at distance `offset` is at `pixel` or later.
static int64_t first_window(const struct axis *axis, int64_t offset, int64_t pixel) {
  int64_t distance = pixel - axis->start - offset;
  return clamp((distance + axis->move - 1) / axis->move, 0, axis->windows);
}

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

const float *assay_source_of(const struct windows *w, const struct place *place) {
  int64_t column =
      w->columns.start + place->j * w->columns.move + place->column * w->columns.step;
  int64_t row = place->image * w->rows.limit + pixel_row(w, place);
  return w->images + (row * w->columns.limit + column) * w->channels + place->channel;
}

struct range assay_windows_inside(
    const struct windows *w, const struct place *tap, int64_t lines) {
  if (!inside(pixel_row(w, tap), &w->rows)) return (struct range){0, 0};
  int64_t offset = tap->column * w->columns.step, end = tap->j + lines;
  int64_t from = clamp(first_window(&w->columns, offset, 0), tap->j, end);
  int64_t until = clamp(first_window(&w->columns, offset, w->columns.limit), from, end);
  return (struct range){from - tap->j, until - tap->j};
}

// `rows` whole rows of taps of `lines` windows side by side, of which the taps
// place.column ..< until are inside the image.
static void gather_inside(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t until, int64_t lines, int64_t rows) {
  int64_t taps = until - place.column, length = w->columns.taps * w->depth;
  if (lines <= 0 || taps <= 0) return;
  const float *from = assay_source_of(w, &place);
  struct steps across = {lines, stride, w->columns.move * w->channels};
  struct steps down = {rows, length, w->rows.step * w->columns.limit * w->channels};
  to += place.column * w->depth;
  if (is_contiguous(w)) {
    kernels->copy(to, from, taps * w->depth, down, across);
    return;
  }
  struct steps right = {taps, w->depth, w->columns.step * w->channels};
  for (int64_t row = 0; row < rows; row++, to += down.to, from += down.from) {
    kernels->copy(to, from, w->depth, right, across);
  }
}

// `rows` whole rows of taps of one window, which the image's left or right side may cut.
static void gather_cut(
    const struct windows *w, const struct product_kernels *kernels, float *to, struct place place,
    int64_t rows) {
  int64_t pixel = w->columns.start + place.j * w->columns.move, until = w->columns.taps;
  while (place.column < until && !inside(pixel + place.column * w->columns.step, &w->columns)) {
    place.column++;
  }
  while (until > place.column && !inside(pixel + (until - 1) * w->columns.step, &w->columns)) {
    until--;
  }
  memset(to, 0, (size_t)(rows * w->columns.taps * w->depth) * sizeof *to);
  gather_inside(w, kernels, to, 0, place, until, 1, rows);
}

// `rows` whole rows of taps, all on pixel rows inside the image, of `lines` windows side by side.
static void gather_rows(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t rows) {
  int64_t reach = (w->columns.taps - 1) * w->columns.step, end = place.j + lines;
  int64_t low = reach < 0 ? reach : 0, high = reach > 0 ? reach : 0;
  int64_t from = clamp(first_window(&w->columns, low, 0), place.j, end);
  int64_t until = clamp(first_window(&w->columns, high, w->columns.limit), from, end);
  for (; place.j < from; place.j++, to += stride) gather_cut(w, kernels, to, place, rows);
  gather_inside(w, kernels, to, stride, place, w->columns.taps, until - from, rows);
  to += (until - from) * stride;
  for (place.j = until; place.j < end; place.j++, to += stride) {
    gather_cut(w, kernels, to, place, rows);
  }
}

// `rows` whole rows of taps of `lines` windows side by side.
static void gather_window_row(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t rows) {
  int64_t length = w->columns.taps * w->depth;
  int64_t first = pixel_row(w, &place), last = first + (rows - 1) * w->rows.step;
  if (inside(first, &w->rows) && inside(last, &w->rows)) {
    gather_rows(w, kernels, to, stride, place, lines, rows);
    return;
  }
  for (int64_t end = place.row + rows; place.row < end; place.row++, to += length) {
    if (inside(pixel_row(w, &place), &w->rows)) {
      gather_rows(w, kernels, to, stride, place, lines, 1);
      continue;
    }
    for (int64_t l = 0; l < lines; l++) memset(to + l * stride, 0, (size_t)length * sizeof *to);
  }
}

// `length` channels of one tap of `lines` windows side by side.
static void gather_tap(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t length) {
  struct range range = assay_windows_inside(w, &place, lines);
  for (int64_t l = 0; l < lines; l++) {
    if (l >= range.from && l < range.until) continue;
    memset(to + l * stride, 0, (size_t)length * sizeof *to);
  }
  if (range.until == range.from) return;
  place.j += range.from;
  struct steps windows = {range.until - range.from, stride, w->columns.move * w->channels};
  const struct steps once = {1, 0, 0};
  kernels->copy(to + range.from * stride, assay_source_of(w, &place), length, windows, once);
}

static void transpose_tap(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t length) {
  struct range range = assay_windows_inside(w, &place, lines);
  if (range.until - range.from < lines) {
    for (int64_t c = 0; c < length; c++) memset(to + c * stride, 0, (size_t)lines * sizeof *to);
  }
  if (range.until == range.from) return;
  place.j += range.from;
  kernels->transpose(
      to + range.from, stride, assay_source_of(w, &place), w->columns.move * w->channels,
      range.until - range.from, length);
}

static void pack_windows(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct windows *w = operand->source;
  int64_t row_length = w->columns.taps * w->depth;
  struct place place = assay_place_of(w, line, first);
  while (lines > 0) {
    int64_t here = min(lines, w->columns.windows - place.j);
    struct place tap = place;
    for (int64_t position = 0; position < count;) {
      int64_t rows = (count - position) / row_length;
      if (rows > 0 && tap.column == 0 && tap.channel == 0) {
        gather_window_row(w, kernels, to + position, stride, tap, here, rows);
        tap.row += rows;
        position += rows * row_length;
        continue;
      }
      int64_t length = min(w->depth - tap.channel, count - position);
      gather_tap(w, kernels, to + position, stride, tap, here, length);
      position += length;
      assay_next_tap(w, &tap);
    }
    to += here * stride;
    lines -= here;
    assay_next_row(w, &place);
  }
}

static void transpose_windows(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct windows *w = operand->source;
  struct place place = assay_place_of(w, line, first);
  while (lines > 0) {
    int64_t here = min(lines, w->columns.windows - place.j);
    struct place tap = place;
    for (int64_t position = 0; position < count;) {
      int64_t length = min(w->depth - tap.channel, count - position);
      transpose_tap(w, kernels, to + position * stride, stride, tap, here, length);
      position += length;
      assay_next_tap(w, &tap);
    }
    to += here;
    lines -= here;
    assay_next_row(w, &place);
  }
}

// Each pixel is a window, and the other way round.
static bool is_pixelwise(const struct axis *axis) {
  return axis->taps == 1 && axis->start == 0 && axis->move == 1 && axis->windows == axis->limit;
}

static bool is_whole(const struct axis *axis) {
  return axis->windows == 1 && axis->start == 0 && axis->step == 1 && axis->taps == axis->limit;
}

struct operand assay_windows_operand(const struct windows *w, bool along) {
  if (is_pixelwise(&w->rows) && is_pixelwise(&w->columns)) {
    return assay_matrix_operand(w->images, w->channels, along);
  }
  if (is_whole(&w->rows) && is_whole(&w->columns) && is_contiguous(w)) {
    int64_t image_size = w->rows.limit * w->columns.limit * w->channels;
    return assay_matrix_operand(w->images, image_size, along);
  }
  return (struct operand){along, pack_windows, transpose_windows, w, 0};
}
