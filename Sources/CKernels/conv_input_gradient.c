// The gradient of a convolution's input, which is also the forward pass of the transposed one: the
// pixels of one phase see the same taps, each at the same distance.
#include "conv_products.h"
#include "split.h"

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

static int64_t phase_rows(const struct assay_conv *g) {
  return least(g->stride_height, g->height);
}
static int64_t phase_columns(const struct assay_conv *g) {
  return least(g->stride_width, g->width);
}
static int64_t phase_count(const struct assay_conv *g) {
  return phase_rows(g) * phase_columns(g);
}

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

// A phase's pixels as rows.
static struct rows pixel_rows(
    const void *pass, const struct windows *windows, const struct stretch *rows,
    const struct stretch *columns) {
  const struct phases *p = pass;
  const struct assay_conv *g = p->g;
  int64_t row = g->width * g->in_channels;
  int64_t i = p->rows.offset + rows->window * g->stride_height;
  int64_t j = p->columns.offset + columns->window * g->stride_width;
  struct place first = {.i = rows->window, .j = columns->window};
  struct lattice pixels = {columns->windows, rows->windows, g->stride_width * g->in_channels,
                           g->stride_height * row, g->height * row};
  return (struct rows){
      .count = g->batch * rows->windows * columns->windows,
      .a_start = assay_source_offset(windows, &first),
      .c_start = i * row + j * g->in_channels,
      .a = assay_windows_lattice(windows, rows->windows, columns->windows),
      .c = assay_lattice(pixels),
      .section = assay_taps_section(windows, rows, columns),
  };
}

// A phase's weights: input channels as columns, (row, column, output) as steps.
static struct operand phase_weights(const struct phases *p) {
  const struct assay_conv *g = p->g;
  int64_t position = in_depth_of(g) * g->out_channels, row = g->kernel_width * position;
  struct lattice steps = {depth_of(g), p->columns.axis.taps, 1, p->columns.tap_step * position,
                          p->rows.tap_step * row};
  const float *start = p->weights + p->rows.tap_first * row + p->columns.tap_first * position;
  return (struct operand){start, assay_line(g->out_channels), assay_near_lattice(steps), true};
}

static void add_phase(struct list *list, const struct conv *conv, const struct phases *phases) {
  const struct assay_conv *g = conv->g;
  struct windows windows = {
      conv->left, g->batch, phases->rows.axis, phases->columns.axis, depth_of(g),
      g->out_channels};
  const struct rows *rows = assay_add_windows(list, &windows, pixel_rows, phases);
  for (int64_t group = 0; group < g->groups; group++) {
    struct phases of_group = *phases;
    of_group.weights += group * depth_of(g);
    assay_add_product(list, (struct product){
        .m = g->batch * windows.rows.windows * windows.columns.windows,
        .n = in_depth_of(g),
        .k = windows.rows.taps * windows.columns.taps * depth_of(g),
        .a = {.start = conv->left + group * depth_of(g),
              .steps = assay_taps_lattice(&windows, windows.columns.taps), .along = true},
        .b = phase_weights(&of_group),
        .c = conv->result + group * in_depth_of(g),
        .rows = rows,
    });
  }
}

static void input_gradient(const struct conv *conv) {
  const struct assay_conv *g = conv->g;
  struct windows taps = {.rows = {.taps = g->kernel_height}, .columns = {.taps = g->kernel_width}};
  struct list *list = assay_list(&taps, phase_count(g));
  for (int64_t index = 0; index < phase_count(g); index++) {
    struct phases phases = phases_of(g, conv->right, index);
    add_phase(list, conv, &phases);
  }
  assay_compute(list);
}

// One phase without packing.
static struct narrow_part part_of(
    const struct conv *conv, const struct phases *p, int64_t group) {
  const struct assay_conv *g = conv->g;
  int64_t depth = depth_of(g), in_depth = in_depth_of(g);
  return (struct narrow_part){
      {conv->left + group * depth, g->batch, p->rows.axis, p->columns.axis, depth,
       g->out_channels},
      {conv->result + group * in_depth, g->height, g->width, p->rows.offset, g->stride_height,
       p->columns.offset, g->stride_width},
      {p->weights, g->kernel_width, p->rows.tap_first, p->rows.tap_step, p->columns.tap_first,
       p->columns.tap_step}};
}

// The gradient of one group with few inputs, all phases together.
static struct narrow narrow_input_gradient(const struct conv *conv, int64_t group) {
  const struct assay_conv *g = conv->g;
  int64_t depth = depth_of(g), in_depth = in_depth_of(g);
  struct narrow narrow = {
      .outputs = in_depth,
      .result_channels = g->in_channels,
      .position_step = in_depth * g->out_channels,
      .channel_step = 1,
      .output_step = g->out_channels,
      .count = phase_count(g),
  };
  for (int64_t index = 0; index < least(narrow.count, NARROW_PARTS); index++) {
    struct phases phases = phases_of(g, conv->right + group * depth, index);
    narrow.parts[index] = part_of(conv, &phases, group);
  }
  return narrow;
}

static void narrow_input_gradient_group(void *context, int64_t group) {
  struct narrow narrow = narrow_input_gradient(context, group);
  assay_narrow(&narrow);
}

static void depthwise_input_gradient(const struct conv *conv) {
  const struct assay_conv *g = conv->g;
  for (int64_t index = 0; index < phase_count(g); index++) {
    struct phases phases = phases_of(g, conv->right, index);
    struct narrow_part part = part_of(conv, &phases, 0);
    part.windows.depth = g->groups;
    assay_depthwise(&part.result, &part.windows, &part.taps);
  }
}

void assay_conv_input_gradient(
    float *dx, const float *dy, const float *w, const struct assay_conv *g) {
  struct conv conv = {dx, dy, w, g};
  if (assay_is_depthwise(g)) {
    depthwise_input_gradient(&conv);
    return;
  }
  int64_t weights = g->kernel_height * g->kernel_width * in_depth_of(g) * g->out_channels;
  struct narrow narrow = narrow_input_gradient(&conv, 0);
  if (assay_is_narrow(&narrow) && assay_all_finite(w, weights)) {
    assay_run_passes(g->groups, narrow_input_gradient_group, &conv);
  } else {
    input_gradient(&conv);
  }
}
