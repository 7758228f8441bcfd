// Convolutions as products whose operands are gathered from images while they are packed.
#include "conv.h"

#include <string.h>

#include "parallel.h"
#include "product.h"

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

// Windows over images

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

// One line and one position.
struct place {
  int64_t image, i, j;           // window
  int64_t row, column, channel;  // tap
};

static struct place place_of(const struct windows *w, int64_t line, int64_t position) {
  int64_t row = line / w->columns.windows, tap = position / w->depth;
  return (struct place){
      row / w->rows.windows, row % w->rows.windows, line % w->columns.windows,
      tap / w->columns.taps, tap % w->columns.taps, position % w->depth};
}

static void next_row(const struct windows *w, struct place *place) {
  place->j = 0;
  if (++place->i < w->rows.windows) return;
  place->i = 0;
  place->image++;
}

static void next_tap(const struct windows *w, struct place *place) {
  place->channel = 0;
  if (++place->column < w->columns.taps) return;
  place->column = 0;
  place->row++;
}

// The pixel row that a place looks at.
static int64_t pixel_row(const struct windows *w, const struct place *place) {
  return w->rows.start + place->i * w->rows.move + place->row * w->rows.step;
}

// What a place looks at; meaningful only inside the image.
static const float *source_of(const struct windows *w, const struct place *place) {
  int64_t column =
      w->columns.start + place->j * w->columns.move + place->column * w->columns.step;
  int64_t row = place->image * w->rows.limit + pixel_row(w, place);
  return w->images + (row * w->columns.limit + column) * w->channels + place->channel;
}

// `count` positions of one window from `place` on, tap by tap.
static void gather_taps(
    const struct windows *w, const struct product_kernels *kernels, float *to, struct place place,
    int64_t count) {
  const struct steps once = {1, 0, 0};
  while (count > 0) {
    int64_t length = min(w->depth - place.channel, count);
    int64_t column =
        w->columns.start + place.j * w->columns.move + place.column * w->columns.step;
    if (inside(pixel_row(w, &place), &w->rows) && inside(column, &w->columns)) {
      kernels->copy(to, source_of(w, &place), length, once, once);
    } else {
      memset(to, 0, (size_t)length * sizeof *to);
    }
    to += length;
    count -= length;
    next_tap(w, &place);
  }
}

// `rows` whole rows of taps, all on pixel rows inside the image, of `lines` windows side by side.
static void gather_rows(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t rows) {
  int64_t length = w->columns.taps * w->depth, row_stride = w->columns.limit * w->channels;
  int64_t reach = (w->columns.taps - 1) * w->columns.step;
  int64_t low = reach < 0 ? reach : 0, high = reach > 0 ? reach : 0;
  int64_t end = place.j + lines;
  int64_t from = clamp(first_window(&w->columns, low, 0), place.j, end);
  int64_t until = clamp(first_window(&w->columns, high, w->columns.limit), from, end);
  for (; place.j < from; place.j++, to += stride) gather_taps(w, kernels, to, place, rows * length);
  struct steps windows = {until - from, stride, w->columns.move * w->channels};
  struct steps down = {rows, length, w->rows.step * row_stride};
  if (windows.count && is_contiguous(w)) {
    kernels->copy(to, source_of(w, &place), length, down, windows);
  } else if (windows.count) {
    struct steps taps = {w->columns.taps, w->depth, w->columns.step * w->channels};
    for (int64_t row = 0; row < rows; row++) {
      const float *source = source_of(w, &place) + row * down.from;
      kernels->copy(to + row * length, source, w->depth, taps, windows);
    }
  }
  to += windows.count * stride;
  for (place.j = until; place.j < end; place.j++, to += stride) {
    gather_taps(w, kernels, to, place, rows * length);
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

static void pack_windows(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct windows *w = operand->source;
  int64_t length = w->columns.taps * w->depth;
  bool whole_rows = first % length == 0 && count % length == 0;
  struct place place = place_of(w, line, first);
  while (lines > 0) {
    int64_t here = min(lines, w->columns.windows - place.j);
    if (whole_rows) {
      gather_window_row(w, kernels, to, stride, place, here, count / length);
    } else {
      for (int64_t l = 0; l < here; l++, place.j++) {
        gather_taps(w, kernels, to + l * stride, place, count);
      }
    }
    to += here * stride;
    lines -= here;
    next_row(w, &place);
  }
}

// `length` channels of one tap of `lines` windows side by side.
static void transpose_tap(
    const struct windows *w, const struct product_kernels *kernels, float *to, int64_t stride,
    struct place place, int64_t lines, int64_t length) {
  int64_t offset = place.column * w->columns.step, end = place.j + lines;
  int64_t from = clamp(first_window(&w->columns, offset, 0), place.j, end);
  int64_t until = clamp(first_window(&w->columns, offset, w->columns.limit), from, end);
  if (!inside(pixel_row(w, &place), &w->rows)) until = from;
  if (until - from < lines) {
    for (int64_t c = 0; c < length; c++) memset(to + c * stride, 0, (size_t)lines * sizeof *to);
  }
  to += from - place.j;
  place.j = from;
  if (until == from) return;
  kernels->transpose(
      to, stride, source_of(w, &place), w->columns.move * w->channels, until - from, length);
}

static void transpose_windows(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct windows *w = operand->source;
  struct place place = place_of(w, line, first);
  while (lines > 0) {
    int64_t here = min(lines, w->columns.windows - place.j);
    struct place tap = place;
    for (int64_t position = 0; position < count;) {
      int64_t length = min(w->depth - tap.channel, count - position);
      transpose_tap(w, kernels, to + position * stride, stride, tap, here, length);
      position += length;
      next_tap(w, &tap);
    }
    to += here;
    lines -= here;
    next_row(w, &place);
  }
}

// Each pixel is a window, and the other way round.
static bool is_pixelwise(const struct axis *axis) {
  return axis->taps == 1 && axis->start == 0 && axis->move == 1 && axis->windows == axis->limit;
}

static bool is_whole(const struct axis *axis) {
  return axis->windows == 1 && axis->start == 0 && axis->step == 1 && axis->taps == axis->limit;
}

static struct operand windows_operand(const struct windows *w, bool along) {
  if (is_pixelwise(&w->rows) && is_pixelwise(&w->columns)) {
    return assay_matrix_operand(w->images, w->channels, along);
  }
  if (is_whole(&w->rows) && is_whole(&w->columns) && is_contiguous(w)) {
    int64_t image_size = w->rows.limit * w->columns.limit * w->channels;
    return assay_matrix_operand(w->images, image_size, along);
  }
  return (struct operand){along, pack_windows, transpose_windows, w, 0};
}

// The windows of one group that the outputs see in x.
static struct windows input_windows(const float *x, const struct assay_conv *g, int64_t group) {
  int64_t depth = g->in_channels / g->groups;
  return (struct windows){
      .images = x + group * depth,
      .rows = {g->out_height, g->kernel_height, -g->pad_top, g->stride_height,
               g->dilation_height, g->height},
      .columns = {g->out_width, g->kernel_width, -g->pad_left, g->stride_width,
                  g->dilation_width, g->width},
      .depth = depth,
      .channels = g->in_channels,
  };
}

// Forward and weight gradient

struct call {
  float *result;
  const float *left, *right;
  const struct assay_conv *g;
};

static void forward_group(void *context, int64_t group) {
  const struct call *call = context;
  const struct assay_conv *g = call->g;
  struct windows windows = input_windows(call->left, g, group);
  int64_t depth = g->out_channels / g->groups;
  struct product product = {
      .m = g->batch * g->out_height * g->out_width,
      .n = depth,
      .k = g->kernel_height * g->kernel_width * windows.depth,
      .a = windows_operand(&windows, true),
      .b = assay_matrix_operand(call->right + group * depth, g->out_channels, false),
      .c = call->result + group * depth,
      .row_stride = g->out_channels,
  };
  assay_product(&product);
}

static void weight_gradient_group(void *context, int64_t group) {
  const struct call *call = context;
  const struct assay_conv *g = call->g;
  struct windows windows = input_windows(call->left, g, group);
  int64_t depth = g->out_channels / g->groups;
  struct product product = {
      .m = g->kernel_height * g->kernel_width * windows.depth,
      .n = depth,
      .k = g->batch * g->out_height * g->out_width,
      .a = windows_operand(&windows, false),
      .b = assay_matrix_operand(call->right + group * depth, g->out_channels, false),
      .c = call->result + group * depth,
      .row_stride = g->out_channels,
  };
  assay_product(&product);
}

// Runs independent products: one to a thread where there are many, else all threads on each.
static void run_products(int64_t count, assay_body body, struct call *call) {
  if (count >= 2 * assay_threads()) {
    assay_parallel(count, body, call);
  } else {
    for (int64_t item = 0; item < count; item++) body(call, item);
  }
}

void assay_conv_forward(float *y, const float *x, const float *w, const struct assay_conv *g) {
  run_products(g->groups, forward_group, &(struct call){y, x, w, g});
}

void assay_conv_weight_gradient(
    float *dw, const float *x, const float *dy, const struct assay_conv *g) {
  run_products(g->groups, weight_gradient_group, &(struct call){dw, x, dy, g});
}

// Input gradient: the pixels of one phase see the same taps, each at the same distance

// The pixels offset, offset + stride, ... of one axis and the taps that reach them: tap_first,
// tap_first + tap_step, ... Their windows over dy go backwards.
struct phase {
  int64_t offset, tap_first, tap_step;
  struct axis axis;
};

static int64_t greatest_common_divisor(int64_t a, int64_t b) {
  while (b) {
    int64_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static struct phase phase_of(
    int64_t offset, int64_t pixels, int64_t limit, int64_t kernel, int64_t stride, int64_t pad,
    int64_t dilation) {
  int64_t common = greatest_common_divisor(stride, dilation), step = stride / common;
  int64_t first = 0;
  while (first < step && (offset + pad - first * dilation) % stride) first++;
  bool none = first == step || first >= kernel;
  struct axis axis = {
      .windows = (pixels - offset + stride - 1) / stride,
      .taps = none ? 0 : (kernel - 1 - first) / step + 1,
      .start = none ? 0 : (offset + pad - first * dilation) / stride,
      .move = 1,
      .step = -dilation / common,
      .limit = limit,
  };
  return (struct phase){offset, first, step, axis};
}

struct phases {
  const struct assay_conv *g;
  const float *weights;  // of the group's first output channel
  struct phase rows, columns;
};

// Lines are input channels, positions the phase's (kh, kw, output channel).
static const float *weight_of(const struct phases *p, int64_t channel, int64_t position) {
  const struct assay_conv *g = p->g;
  int64_t depth = g->out_channels / g->groups, tap = position / depth;
  int64_t kh = p->rows.tap_first + tap / p->columns.axis.taps * p->rows.tap_step;
  int64_t kw = p->columns.tap_first + tap % p->columns.axis.taps * p->columns.tap_step;
  int64_t row = (kh * g->kernel_width + kw) * (g->in_channels / g->groups) + channel;
  return p->weights + row * g->out_channels + position % depth;
}

// The positions from `position` on that lie side by side in memory.
static int64_t weight_run(const struct phases *p, int64_t position, int64_t end) {
  int64_t depth = p->g->out_channels / p->g->groups;
  return min(depth - position % depth, end - position);
}

static void pack_weights(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct phases *p = operand->source;
  struct steps channels = {lines, stride, p->g->out_channels};
  for (int64_t position = first, length; position < first + count; position += length) {
    length = weight_run(p, position, first + count);
    kernels->copy(
        to + position - first, weight_of(p, line, position), length, channels,
        (struct steps){1, 0, 0});
  }
}

static void transpose_weights(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct phases *p = operand->source;
  for (int64_t position = first, length; position < first + count; position += length) {
    length = weight_run(p, position, first + count);
    kernels->transpose(
        to + (position - first) * stride, stride, weight_of(p, line, position),
        p->g->out_channels, lines, length);
  }
}

static void locate_pixels(const void *target, int64_t *offsets, int64_t line, int64_t lines) {
  const struct phases *p = target;
  const struct assay_conv *g = p->g;
  int64_t rows = p->rows.axis.windows, columns = p->columns.axis.windows;
  int64_t j = line % columns, i = line / columns % rows, image = line / columns / rows;
  for (int64_t l = 0; l < lines; l++) {
    int64_t row = p->rows.offset + i * g->stride_height;
    int64_t column = p->columns.offset + j * g->stride_width;
    offsets[l] = ((image * g->height + row) * g->width + column) * g->in_channels;
    if (++j < columns) continue;
    j = 0;
    if (++i < rows) continue;
    i = 0;
    image++;
  }
}

static void input_gradient_phase(void *context, int64_t item) {
  const struct call *call = context;
  const struct assay_conv *g = call->g;
  int64_t across = min(g->stride_width, g->width), down = min(g->stride_height, g->height);
  int64_t group = item / across / down;
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  struct phases phases = {
      g, call->right + group * depth,
      phase_of(item / across % down, g->height, g->out_height, g->kernel_height, g->stride_height,
               g->pad_top, g->dilation_height),
      phase_of(item % across, g->width, g->out_width, g->kernel_width, g->stride_width,
               g->pad_left, g->dilation_width),
  };
  struct axis rows = phases.rows.axis, columns = phases.columns.axis;
  struct windows windows = {
      call->left + group * depth, rows, columns, depth, g->out_channels};
  struct product product = {
      .m = g->batch * rows.windows * columns.windows,
      .n = in_depth,
      .k = rows.taps * columns.taps * depth,
      .a = windows_operand(&windows, true),
      .b = {true, pack_weights, transpose_weights, &phases, 0},
      .c = call->result + group * in_depth,
      .locate = locate_pixels,
      .target = &phases,
  };
  assay_product(&product);
}

void assay_conv_input_gradient(
    float *dx, const float *dy, const float *w, const struct assay_conv *g) {
  int64_t phases = min(g->stride_height, g->height) * min(g->stride_width, g->width);
  run_products(g->groups * phases, input_gradient_phase, &(struct call){dx, dy, w, g});
}
