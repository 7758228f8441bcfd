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

static bool all_inside(int64_t first_pixel, const struct axis *axis) {
  return inside(first_pixel, axis) && inside(first_pixel + (axis->taps - 1) * axis->step, axis);
}

// Whether the taps of one row lie side by side in memory.
static bool is_contiguous(const struct windows *w) {
  return w->columns.step == 1 && w->depth == w->channels;
}

// Taps (row, column, channel), and how many positions from there on.
struct piece {
  int64_t row, column, channel, count;
};

// Whole rows of taps of a window that lies inside its image.
static void gather_rows(
    const struct windows *w, const struct product_kernels *kernels, float *to, const float *from,
    int64_t rows) {
  int64_t row_stride = w->rows.step * w->columns.limit * w->channels;
  int64_t length = w->columns.taps * w->depth;
  if (is_contiguous(w)) {
    kernels->copy(to, length, from, row_stride, rows, length);
    return;
  }
  for (int64_t row = 0; row < rows; row++, to += length, from += row_stride) {
    kernels->copy(to, w->depth, from, w->columns.step * w->channels, w->columns.taps, w->depth);
  }
}

// Any piece of any window, tap by tap. `y` and `x` are the pixel of the window's first tap.
static void gather_taps(
    const struct windows *w, const struct product_kernels *kernels, float *to, const float *image,
    int64_t y, int64_t x, struct piece piece) {
  while (piece.count > 0) {
    int64_t row = y + piece.row * w->rows.step, column = x + piece.column * w->columns.step;
    int64_t count = min(w->depth - piece.channel, piece.count);
    if (inside(row, &w->rows) && inside(column, &w->columns)) {
      int64_t pixel = row * w->columns.limit + column;
      kernels->copy(to, 0, image + pixel * w->channels + piece.channel, 0, 1, count);
    } else {
      memset(to, 0, (size_t)count * sizeof *to);
    }
    to += count;
    piece.count -= count;
    piece.channel = 0;
    if (++piece.column == w->columns.taps) {
      piece.column = 0;
      piece.row++;
    }
  }
}

static void pack_windows(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct windows *w = operand->source;
  int64_t length = w->columns.taps * w->depth, rest = first % length;
  struct piece piece = {first / length, rest / w->depth, rest % w->depth, count};
  bool whole_rows = rest == 0 && count % length == 0;
  int64_t image_size = w->rows.limit * w->columns.limit * w->channels;
  int64_t j = line % w->columns.windows, i = line / w->columns.windows % w->rows.windows;
  const float *image = w->images + line / w->columns.windows / w->rows.windows * image_size;
  for (; lines > 0; lines--, to += stride) {
    int64_t y = w->rows.start + i * w->rows.move, x = w->columns.start + j * w->columns.move;
    if (whole_rows && all_inside(y, &w->rows) && all_inside(x, &w->columns)) {
      int64_t pixel = (y + piece.row * w->rows.step) * w->columns.limit + x;
      gather_rows(w, kernels, to, image + pixel * w->channels, count / length);
    } else {
      gather_taps(w, kernels, to, image, y, x, piece);
    }
    if (++j < w->columns.windows) continue;
    j = 0;
    if (++i < w->rows.windows) continue;
    i = 0;
    image += image_size;
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
  return (struct operand){.along = along, .pack = pack_windows, .source = w};
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
static void pack_weights(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const struct phases *p = operand->source;
  const struct assay_conv *g = p->g;
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  for (int64_t position = first, end = first + count; position < end;) {
    int64_t tap = position / depth, channel = position % depth;
    int64_t length = min(depth - channel, end - position);
    int64_t kh = p->rows.tap_first + tap / p->columns.axis.taps * p->rows.tap_step;
    int64_t kw = p->columns.tap_first + tap % p->columns.axis.taps * p->columns.tap_step;
    int64_t row = (kh * g->kernel_width + kw) * in_depth + line;
    const float *from = p->weights + row * g->out_channels + channel;
    kernels->copy(to + position - first, stride, from, g->out_channels, lines, length);
    position += length;
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
      .b = {.along = true, .pack = pack_weights, .source = &phases},
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
