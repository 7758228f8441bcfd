// Convolutions as products whose operands are gathered from images while they are packed: the
// forward pass and the weights' gradient.
#include "conv_products.h"

// Channels from which on it pays to leave out what lies outside an image: with fewer, products are
// so small that zeros around the image cost less.
enum { DEEP = 16 };

// Forward

// Output pixels as rows.
static struct rows output_rows(
    const void *pass, const struct windows *windows, const struct stretch *rows,
    const struct stretch *columns) {
  const struct assay_conv *g = ((const struct conv *)pass)->g;
  int64_t row = g->out_width * g->out_channels;
  struct place first = {.i = rows->window, .j = columns->window};
  struct lattice pixels = {
      columns->windows, rows->windows, g->out_channels, row, g->out_height * row};
  return (struct rows){
      .count = g->batch * rows->windows * columns->windows,
      .a_start = assay_source_offset(windows, &first),
      .c_start = rows->window * row + columns->window * g->out_channels,
      .a = assay_windows_lattice(windows, rows->windows, columns->windows),
      .c = assay_lattice(pixels),
      .section = assay_taps_section(windows, rows, columns),
  };
}

static void forward(const struct conv *conv, bool finite) {
  const struct assay_conv *g = conv->g;
  struct windows windows = assay_input_windows(conv->left, g, 0);
  if (finite && windows.depth < DEEP && assay_reaches_outside(&windows)) {
    windows = assay_padded(&windows);
  }
  struct list *list = assay_list(&windows, 1);
  const struct rows *rows = assay_add_windows(list, &windows, output_rows, conv);
  for (int64_t group = 0; group < g->groups; group++) {
    int64_t first = group * depth_of(g);
    assay_add_product(list, (struct product){
        .m = g->batch * g->out_height * g->out_width,
        .n = depth_of(g),
        .k = g->kernel_height * g->kernel_width * in_depth_of(g),
        .a = {.start = windows.images + group * in_depth_of(g),
              .steps = assay_taps_lattice(&windows, windows.columns.taps), .along = true},
        .b = {conv->right + first, assay_line(1), assay_line(g->out_channels), false},
        .c = conv->result + first,
        .rows = rows,
    });
  }
  assay_compute(list);
}

// One group with few outputs.
static struct narrow narrow_forward(const struct conv *conv, int64_t group) {
  const struct assay_conv *g = conv->g;
  int64_t depth = depth_of(g), in_depth = in_depth_of(g);
  struct narrow narrow = {
      .outputs = depth,
      .result_channels = g->out_channels,
      .position_step = in_depth * g->out_channels,
      .channel_step = g->out_channels,
      .output_step = 1,
      .count = 1,
  };
  narrow.parts[0] = (struct narrow_part){
      assay_input_windows(conv->left, g, group),
      {conv->result + group * depth, g->out_height, g->out_width, 0, 1, 0, 1},
      {conv->right + group * depth, g->kernel_width, 0, 1, 0, 1}};
  return narrow;
}

static void narrow_forward_group(void *context, int64_t group) {
  struct narrow narrow = narrow_forward(context, group);
  assay_narrow(&narrow);
}

// The windows of all channels together.
static struct windows deep_windows(const float *x, const struct assay_conv *g) {
  struct windows windows = assay_input_windows(x, g, 0);
  windows.depth = windows.channels;
  return windows;
}

void assay_conv_forward(float *y, const float *x, const float *w, const struct assay_conv *g) {
  struct conv conv = {y, x, w, g};
  if (assay_is_depthwise(g)) {
    struct windows windows = deep_windows(x, g);
    struct taps taps = {w, g->kernel_width, 0, 1, 0, 1};
    struct pixels pixels = {y, g->out_height, g->out_width, 0, 1, 0, 1};
    assay_depthwise(&pixels, &windows, &taps);
    return;
  }
  int64_t weights = g->kernel_height * g->kernel_width * in_depth_of(g) * g->out_channels;
  bool finite = assay_all_finite(w, weights);
  struct narrow narrow = narrow_forward(&conv, 0);
  if (finite && assay_is_narrow(&narrow)) {
    assay_run_passes(g->groups, narrow_forward_group, &conv);
  } else {
    forward(&conv, finite);
  }
}

// Weight gradient

// Weights' taps and input channels as rows.
static struct rows tap_rows(
    const void *pass, const struct windows *windows, const struct stretch *rows,
    const struct stretch *columns) {
  const struct assay_conv *g = ((const struct conv *)pass)->g;
  int64_t depth = in_depth_of(g), row = g->kernel_width * depth * g->out_channels;
  struct place first = {.row = rows->tap, .column = columns->tap};
  struct lattice weights = {
      columns->taps * depth, ASSAY_ENDLESS, g->out_channels, row, 0};
  return (struct rows){
      .count = rows->taps * columns->taps * depth,
      .a_start = assay_source_offset(windows, &first),
      .c_start = rows->tap * row + columns->tap * depth * g->out_channels,
      .a = assay_taps_lattice(windows, columns->taps),
      .c = assay_lattice(weights),
      .section = assay_windows_section(windows, rows, columns),
  };
}

static void weight_gradient(const struct conv *conv, bool pad) {
  const struct assay_conv *g = conv->g;
  struct windows windows = assay_input_windows(conv->left, g, 0);
  if (pad) windows = assay_padded(&windows);
  struct list *list = assay_list(&windows, 1);
  const struct rows *rows = assay_add_taps(list, &windows, tap_rows, conv);
  for (int64_t group = 0; group < g->groups; group++) {
    int64_t first = group * depth_of(g);
    assay_add_product(list, (struct product){
        .m = g->kernel_height * g->kernel_width * in_depth_of(g),
        .n = depth_of(g),
        .k = g->batch * g->out_height * g->out_width,
        .a = {.start = windows.images + group * in_depth_of(g),
              .steps = assay_windows_lattice(&windows, g->out_height, g->out_width)},
        .b = {conv->right + first, assay_line(1), assay_line(g->out_channels), false},
        .c = conv->result + first,
        .rows = rows,
    });
  }
  assay_compute(list);
}

void assay_conv_weight_gradient(
    float *dw, const float *x, const float *dy, const struct assay_conv *g) {
  struct conv conv = {dw, x, dy, g};
  if (assay_is_depthwise(g)) {
    struct windows windows = deep_windows(x, g);
    assay_depthwise_weight_gradient(dw, &windows, dy);
    return;
  }
  struct windows windows = assay_input_windows(x, g, 0);
  bool pad = windows.depth < DEEP && assay_reaches_outside(&windows);
  weight_gradient(&conv, pad);
  // A zero that met an infinite gradient shows itself as a NaN.
  int64_t weights = g->kernel_height * g->kernel_width * in_depth_of(g) * g->out_channels;
  if (pad && !assay_all_finite(dw, weights)) weight_gradient(&conv, false);
}
