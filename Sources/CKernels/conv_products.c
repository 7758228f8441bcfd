#include "conv_products.h"

struct windows assay_input_windows(const float *x, const struct assay_conv *g, int64_t group) {
  int64_t depth = in_depth_of(g);
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

bool assay_is_depthwise(const struct assay_conv *g) {
  return g->groups > 1 && g->in_channels == g->groups && g->out_channels == g->groups &&
         g->kernel_height * g->kernel_width <= DEPTHWISE_TAPS;
}

void assay_compute(struct list *list) {
  assay_products(list->products, list->count, list->together);
  list->count = 0;
}

void assay_add_product(struct list *list, struct product product) {
  if (list->count == PRODUCTS) assay_compute(list);
  list->products[list->count++] = product;
}

void assay_add_windows(
    struct list *list, const struct windows *windows, product_of_stretches product,
    const void *pass) {
  struct stretch row, column;
  for (int64_t i = 0; i < windows->rows.windows; i += row.windows) {
    row = assay_stretch_of_windows(&windows->rows, i);
    for (int64_t j = 0; j < windows->columns.windows; j += column.windows) {
      column = assay_stretch_of_windows(&windows->columns, j);
      assay_add_product(list, product(pass, windows, row, column));
    }
  }
}

void assay_add_taps(
    struct list *list, const struct windows *windows, product_of_stretches product,
    const void *pass) {
  struct stretch row, column;
  for (int64_t i = 0; i < windows->rows.taps; i += row.taps) {
    row = assay_stretch_of_taps(&windows->rows, i);
    for (int64_t j = 0; j < windows->columns.taps; j += column.taps) {
      column = assay_stretch_of_taps(&windows->columns, j);
      assay_add_product(list, product(pass, windows, row, column));
    }
  }
}

struct section assay_taps_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns) {
  int64_t depth = windows->depth, height = windows->rows.taps, width = windows->columns.taps;
  return (struct section){
      height * width * depth, width * depth, height,
      columns->tap * depth, columns->taps * depth, rows->tap, rows->taps};
}

struct section assay_windows_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns) {
  int64_t height = windows->rows.windows, width = windows->columns.windows;
  return (struct section){
      windows->count * height * width, width, height,
      columns->window, columns->windows, rows->window, rows->windows};
}

bool assay_all_finite(const float *numbers, int64_t count) {
  int32_t beyond = 0;
  for (int64_t i = 0; i < count; i++) {
    union { float number; int32_t bits; } value = {numbers[i]};
    beyond |= (value.bits & 0x7f800000) == 0x7f800000;
  }
  return !beyond;
}

void assay_run_passes(int64_t count, assay_body body, struct conv *conv) {
  if (count >= 2 * assay_threads()) {
    assay_parallel(count, body, conv);
  } else {
    for (int64_t item = 0; item < count; item++) body(conv, item);
  }
}
