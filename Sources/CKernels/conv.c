// Convolutions as products whose operands are gathered from images while they are packed: the forward
// pass and the weights' gradient.
#include "conv_products.h"

// Channels from which on it pays to leave out what lies outside an image: with fewer, products are
// so small that zeros around the image cost less.
enum { DEEP = 16 };

// The outputs of some windows, as rows of channels.
static struct lattice output_pixels(
    const struct assay_conv *g, const struct stretch *rows, const struct stretch *columns) {
  int64_t row = g->out_width * g->out_channels;
  return assay_lattice((struct lattice){
      columns->windows, rows->windows, g->out_channels, row, g->out_height * row});
}

static int64_t output_offset(
    const struct assay_conv *g, const struct stretch *rows, const struct stretch *columns) {
  return (rows->window * g->out_width + columns->window) * g->out_channels;
}

// The weights of some taps, as rows (row, column, channel) of outputs.
static struct lattice weight_rows(const struct assay_conv *g, const struct stretch *columns) {
  int64_t depth = in_depth_of(g), row = g->kernel_width * depth * g->out_channels;
  return assay_lattice((struct lattice){
      columns->taps * depth, ASSAY_ENDLESS, g->out_channels, row, 0});
}

static int64_t weight_offset(
    const struct assay_conv *g, const struct stretch *rows, const struct stretch *columns) {
  return (rows->tap * g->kernel_width + columns->tap) * in_depth_of(g) * g->out_channels;
}

// Forward

static struct product forward_product(
    const void *pass, const struct windows *windows, struct stretch rows,
    struct stretch columns) {
  const struct conv *conv = pass;
  const struct assay_conv *g = conv->g;
  struct windows part = assay_windows_part(windows, &rows, &columns);
  struct view view = assay_view(&part);
  return (struct product){
      .m = g->batch * rows.windows * columns.windows,
      .n = depth_of(g),
      .k = rows.taps * columns.taps * in_depth_of(g),
      .a = {view.start, view.windows, view.taps, true},
      .b = {conv->right + weight_offset(g, &rows, &columns), assay_line(1),
            weight_rows(g, &columns), false},
      .c = conv->result + output_offset(g, &rows, &columns),
      .rows = output_pixels(g, &rows, &columns),
      .section = assay_taps_section(windows, &rows, &columns),
  };
}

static void forward(const struct conv *conv, bool finite) {
  const struct assay_conv *g = conv->g;
  struct list list = {0};
  struct windows all = assay_input_windows(conv->left, g, 0);
  if (finite && all.depth < DEEP && assay_reaches_outside(&all)) all = assay_padded(&all);
  for (int64_t group = 0; group < g->groups; group++) {
    struct windows windows = all;
    struct conv pass = *conv;
    windows.images += group * in_depth_of(g);
    pass.result += group * depth_of(g);
    pass.right += group * depth_of(g);
    assay_add_windows(&list, &windows, forward_product, &pass);
  }
  assay_compute(&list);
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

static struct product weight_gradient_product(
    const void *pass, const struct windows *windows, struct stretch rows,
    struct stretch columns) {
  const struct conv *conv = pass;
  const struct assay_conv *g = conv->g;
  struct windows part = assay_windows_part(windows, &rows, &columns);
  struct view view = assay_view(&part);
  return (struct product){
      .m = rows.taps * columns.taps * in_depth_of(g),
      .n = depth_of(g),
      .k = g->batch * rows.windows * columns.windows,
      .a = {view.start, view.taps, view.windows, false},
      .b = {conv->right + output_offset(g, &rows, &columns), assay_line(1),
            output_pixels(g, &rows, &columns), false},
      .c = conv->result + weight_offset(g, &rows, &columns),
      .rows = weight_rows(g, &columns),
      .section = assay_windows_section(windows, &rows, &columns),
  };
}

static void weight_gradient(const struct conv *conv, bool pad) {
  const struct assay_conv *g = conv->g;
  struct list list = {.together = g->groups == 1};
  struct windows all = assay_input_windows(conv->left, g, 0);
  if (pad) all = assay_padded(&all);
  for (int64_t group = 0; group < g->groups; group++) {
    struct windows windows = all;
    struct conv pass = *conv;
    windows.images += group * in_depth_of(g);
    pass.result += group * depth_of(g);
    pass.right += group * depth_of(g);
    assay_add_taps(&list, &windows, weight_gradient_product, &pass);
  }
  assay_compute(&list);
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
