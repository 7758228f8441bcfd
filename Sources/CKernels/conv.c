// Convolutions as products whose operands are gathered from images while they are packed.
#include "conv.h"

#include "depthwise.h"
#include "narrow.h"
#include "parallel.h"
#include "windows.h"

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }

// The windows of one group that the outputs see in x.
static struct windows input_windows(const float *x, const struct assay_conv *g, int64_t group) {
  int64_t depth = g->in_channels / g->groups;
  return (struct windows){
      .images = x + group * depth,
      .count = g->batch,
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

// The forward pass of one group with few outputs.
static struct narrow narrow_forward(const struct call *call, int64_t group) {
  const struct assay_conv *g = call->g;
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  struct narrow narrow = {
      .outputs = depth,
      .result_channels = g->out_channels,
      .position_step = in_depth * g->out_channels,
      .channel_step = g->out_channels,
      .output_step = 1,
      .count = 1,
  };
  narrow.parts[0] = (struct narrow_part){
      input_windows(call->left, g, group),
      {call->result + group * depth, g->out_height, g->out_width, 0, 1, 0, 1},
      {call->right + group * depth, g->kernel_width, 0, 1, 0, 1}};
  return narrow;
}

static void forward_group(void *context, int64_t group) {
  const struct call *call = context;
  const struct assay_conv *g = call->g;
  struct narrow narrow = narrow_forward(call, group);
  if (assay_is_narrow(&narrow)) {
    assay_narrow(&narrow);
    return;
  }
  struct windows windows = input_windows(call->left, g, group);
  int64_t depth = g->out_channels / g->groups;
  struct product product = {
      .m = g->batch * g->out_height * g->out_width,
      .n = depth,
      .k = g->kernel_height * g->kernel_width * windows.depth,
      .a = assay_windows_operand(&windows, true),
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
      .a = assay_windows_operand(&windows, false),
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

// Whether each channel has a kernel of its own, small enough for one chunk.
static bool is_depthwise(const struct assay_conv *g) {
  return g->groups > 1 && g->in_channels == g->groups && g->out_channels == g->groups &&
         g->kernel_height * g->kernel_width <= DEPTHWISE_TAPS;
}

// The windows of all channels together.
static struct windows deep_windows(const float *x, const struct assay_conv *g) {
  struct windows windows = input_windows(x, g, 0);
  windows.depth = windows.channels;
  return windows;
}

void assay_conv_forward(float *y, const float *x, const float *w, const struct assay_conv *g) {
  if (!is_depthwise(g)) {
    run_products(g->groups, forward_group, &(struct call){y, x, w, g});
    return;
  }
  struct windows windows = deep_windows(x, g);
  struct taps taps = {w, g->kernel_width, 0, 1, 0, 1};
  assay_depthwise(
      &(struct pixels){y, g->out_height, g->out_width, 0, 1, 0, 1}, &windows, &taps);
}

void assay_conv_weight_gradient(
    float *dw, const float *x, const float *dy, const struct assay_conv *g) {
  if (!is_depthwise(g)) {
    run_products(g->groups, weight_gradient_group, &(struct call){dw, x, dy, g});
    return;
  }
  struct windows windows = deep_windows(x, g);
  assay_depthwise_weight_gradient(dw, &windows, dy);
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

static int64_t phase_rows(const struct assay_conv *g) { return min(g->stride_height, g->height); }
static int64_t phase_columns(const struct assay_conv *g) { return min(g->stride_width, g->width); }

static struct phases phases_of(const struct assay_conv *g, const float *weights, int64_t index) {
  int64_t row = index / phase_columns(g) % phase_rows(g), column = index % phase_columns(g);
  return (struct phases){
      g, weights,
      phase_of(row, g->height, g->out_height, g->kernel_height, g->stride_height, g->pad_top,
               g->dilation_height),
      phase_of(column, g->width, g->out_width, g->kernel_width, g->stride_width, g->pad_left,
               g->dilation_width),
  };
}

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
  int64_t group = item / phase_columns(g) / phase_rows(g);
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  struct phases phases = phases_of(g, call->right + group * depth, item);
  struct axis rows = phases.rows.axis, columns = phases.columns.axis;
  struct windows windows = {
      call->left + group * depth, g->batch, rows, columns, depth, g->out_channels};
  struct product product = {
      .m = g->batch * rows.windows * columns.windows,
      .n = in_depth,
      .k = rows.taps * columns.taps * depth,
      .a = assay_windows_operand(&windows, true),
      .b = {true, pack_weights, transpose_weights, &phases, 0},
      .c = call->result + group * in_depth,
      .locate = locate_pixels,
      .target = &phases,
  };
  assay_product(&product);
}

// One phase without packing.
static struct narrow_part part_of(
    const struct call *call, const struct phases *p, int64_t group) {
  const struct assay_conv *g = call->g;
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  return (struct narrow_part){
      {call->left + group * depth, g->batch, p->rows.axis, p->columns.axis, depth,
       g->out_channels},
      {call->result + group * in_depth, g->height, g->width, p->rows.offset, g->stride_height,
       p->columns.offset, g->stride_width},
      {p->weights, g->kernel_width, p->rows.tap_first, p->rows.tap_step, p->columns.tap_first,
       p->columns.tap_step}};
}

// The gradient of one group with few inputs, all phases together.
static struct narrow narrow_input_gradient(const struct call *call, int64_t group) {
  const struct assay_conv *g = call->g;
  int64_t depth = g->out_channels / g->groups, in_depth = g->in_channels / g->groups;
  struct narrow narrow = {
      .outputs = in_depth,
      .result_channels = g->in_channels,
      .position_step = in_depth * g->out_channels,
      .channel_step = 1,
      .output_step = g->out_channels,
      .count = phase_rows(g) * phase_columns(g),
  };
  for (int64_t index = 0; index < min(narrow.count, NARROW_PARTS); index++) {
    struct phases phases = phases_of(g, call->right + group * depth, index);
    narrow.parts[index] = part_of(call, &phases, group);
  }
  return narrow;
}

static void narrow_input_gradient_group(void *context, int64_t group) {
  struct narrow narrow = narrow_input_gradient(context, group);
  assay_narrow(&narrow);
}

static void depthwise_input_gradient(const struct call *call) {
  const struct assay_conv *g = call->g;
  for (int64_t index = 0; index < phase_rows(g) * phase_columns(g); index++) {
    struct phases phases = phases_of(g, call->right, index);
    struct narrow_part part = part_of(call, &phases, 0);
    part.windows.depth = g->groups;
    assay_depthwise(&part.result, &part.windows, &part.taps);
  }
}

void assay_conv_input_gradient(
    float *dx, const float *dy, const float *w, const struct assay_conv *g) {
  struct call call = {dx, dy, w, g};
  struct narrow narrow = narrow_input_gradient(&call, 0);
  if (is_depthwise(g)) {
    depthwise_input_gradient(&call);
  } else if (assay_is_narrow(&narrow)) {
    run_products(g->groups, narrow_input_gradient_group, &call);
  } else {
    run_products(g->groups * phase_rows(g) * phase_columns(g), input_gradient_phase, &call);
  }
}
