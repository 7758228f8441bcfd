// Rows of windows and taps around the sums of depthwise.inc.
#include "depthwise.h"

#include <string.h>

#include "parallel.h"
#include "split.h"

struct depthwise_kernels {
  void (*window)(
      float *to, const float *const *from, const float *const *weights, int64_t taps,
      int64_t channels);
  void (*tap)(
      float *sums, const float *x, int64_t x_stride, const float *dy, int64_t dy_stride,
      int64_t pixels, int64_t channels);
};

#define FAMILY "depthwise.inc"
#include "paths.h"

static const struct depthwise_kernels *const table[ASSAY_PATH_COUNT] =
    PATH_TABLE(depthwise_kernels);

struct task {
  const struct depthwise_kernels *kernels;
  const struct windows *windows;
  const struct pixels *result;
  const struct taps *taps;
  const float *dy;
  float *dw;
};

// Forward and input gradient: one row of windows

// What each tap sees in a row of windows.
struct views {
  const float *weights[DEPTHWISE_TAPS];
  const float *starts[DEPTHWISE_TAPS];  // in the first window inside the image
  struct range inside[DEPTHWISE_TAPS];
};

static int64_t look(const struct task *task, struct views *views, struct place place) {
  const struct windows *w = task->windows;
  const struct taps *taps = task->taps;
  int64_t count = w->rows.taps * w->columns.taps;
  for (int64_t t = 0; t < count; t++, assay_next_tap(w, &place)) {
    int64_t row = taps->row + place.row * taps->row_step;
    int64_t column = taps->column + place.column * taps->column_step;
    views->weights[t] = taps->weights + (row * taps->width + column) * w->channels;
    views->inside[t] = assay_windows_inside(w, &place, w->columns.windows);
    if (views->inside[t].from == views->inside[t].until) continue;
    struct place first = place;
    first.j = views->inside[t].from;
    views->starts[t] = assay_source_of(w, &first);
  }
  return count;
}

// The taps of window j that lie inside the image.
struct window {
  int64_t count;
  const float *from[DEPTHWISE_TAPS], *weights[DEPTHWISE_TAPS];
};

static void look_at(struct window *window, const struct views *views, int64_t taps, int64_t j,
                    int64_t move) {
  window->count = 0;
  for (int64_t t = 0; t < taps; t++) {
    struct range inside = views->inside[t];
    if (j < inside.from || j >= inside.until) continue;
    window->from[window->count] = views->starts[t] + (j - inside.from) * move;
    window->weights[window->count++] = views->weights[t];
  }
}

static void run_row(void *context, int64_t item) {
  const struct task *task = context;
  const struct windows *w = task->windows;
  const struct pixels *result = task->result;
  struct place place = assay_place_of(w, item * w->columns.windows, 0);
  struct views views;
  int64_t count = look(task, &views, place), move = w->columns.move * w->channels;
  struct window window;
  int64_t row = place.image * result->height + result->row + place.i * result->row_step;
  for (int64_t j = 0; j < w->columns.windows; j++) {
    look_at(&window, &views, count, j, move);
    int64_t pixel = row * result->width + result->column + j * result->column_step;
    float *to = result->images + pixel * w->channels;
    task->kernels->window(to, window.from, window.weights, window.count, w->channels);
  }
}

void assay_depthwise(
    const struct pixels *result, const struct windows *windows, const struct taps *taps) {
  struct task task = {
      .kernels = table[assay_path_current()], .windows = windows, .result = result, .taps = taps};
  assay_parallel(windows->count * windows->rows.windows, run_row, &task);
}

// Weight gradient: one tap

// Adds those of `pixels` windows side by side whose tap is inside the image.
static void add_windows(
    const struct task *task, float *sums, struct place place, const float *dy, int64_t pixels) {
  const struct windows *w = task->windows;
  struct range inside = assay_windows_inside(w, &place, pixels);
  if (inside.until == inside.from) return;
  int64_t channels = w->channels;
  place.j += inside.from;
  task->kernels->tap(
      sums, assay_source_of(w, &place), w->columns.move * channels, dy + inside.from * channels,
      channels, inside.until - inside.from, channels);
}

static void run_tap(void *context, int64_t item) {
  const struct task *task = context;
  const struct windows *w = task->windows;
  int64_t channels = w->channels, lines = w->count * w->rows.windows * w->columns.windows;
  float *sums = assay_scratch(channels * (int64_t)sizeof(float));
  float *dw = task->dw + item * channels;
  struct place place = assay_place_of(w, 0, item * channels);
  for (int64_t first = 0; first < lines; first += ASSAY_CHUNK) {
    int64_t end = least(first + ASSAY_CHUNK, lines);
    memset(sums, 0, (size_t)channels * sizeof *sums);
    for (int64_t line = first, pixels; line < end; line += pixels) {
      pixels = least(w->columns.windows - place.j, end - line);
      add_windows(task, sums, place, task->dy + line * channels, pixels);
      place.j += pixels;
      if (place.j == w->columns.windows) assay_next_row(w, &place);
    }
    for (int64_t c = 0; c < channels; c++) dw[c] = (first == 0 ? 0 : dw[c]) + sums[c];
  }
}

void assay_depthwise_weight_gradient(
    float *dw, const struct windows *windows, const float *dy) {
  struct task task = {
      .kernels = table[assay_path_current()], .windows = windows, .dy = dy, .dw = dw};
  assay_parallel(windows->rows.taps * windows->columns.taps, run_tap, &task);
}
