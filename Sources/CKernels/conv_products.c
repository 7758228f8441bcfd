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

struct list *assay_list(const struct windows *windows, int64_t products) {
  // An axis changes its taps at most twice for each: where it enters and where it leaves.
  int64_t most = (2 * windows->rows.taps + 1) * (2 * windows->columns.taps + 1);
  int64_t bytes = products * most * (int64_t)sizeof(struct rows);
  struct list *list =
      assay_shared_scratch(ASSAY_SHARED_LIST, (int64_t)sizeof(struct list) + bytes);
  list->count = list->row_count = 0;
  list->rows = (struct rows *)(list + 1);
  return list;
}

const struct rows *assay_add_windows(
    struct list *list, const struct windows *windows, rows_of_stretches rows, const void *pass) {
  const struct rows *first = list->rows + list->row_count;
  struct stretch row, column;
  for (int64_t i = 0; i < windows->rows.windows; i += row.windows) {
    row = assay_stretch_of_windows(&windows->rows, i);
    for (int64_t j = 0; j < windows->columns.windows; j += column.windows) {
      column = assay_stretch_of_windows(&windows->columns, j);
      list->rows[list->row_count++] = rows(pass, windows, &row, &column);
    }
  }
  return first;
}

const struct rows *assay_add_taps(
    struct list *list, const struct windows *windows, rows_of_stretches rows, const void *pass) {
  const struct rows *first = list->rows + list->row_count;
  struct stretch row, column;
  for (int64_t i = 0; i < windows->rows.taps; i += row.taps) {
    row = assay_stretch_of_taps(&windows->rows, i);
    for (int64_t j = 0; j < windows->columns.taps; j += column.taps) {
      column = assay_stretch_of_taps(&windows->columns, j);
      list->rows[list->row_count++] = rows(pass, windows, &row, &column);
    }
  }
  return first;
}

void assay_compute(struct list *list) {
  assay_products(list->products, list->count);
  list->count = 0;
}

void assay_add_product(struct list *list, struct product product) {
  if (list->count == PRODUCTS) assay_compute(list);
  list->products[list->count++] = product;
}

struct section assay_taps_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns) {
  int64_t depth = windows->depth;
  return (struct section){
      windows->columns.taps * depth, columns->tap * depth, columns->taps * depth,
      windows->rows.taps, rows->tap, rows->taps};
}

struct section assay_windows_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns) {
  return (struct section){
      windows->columns.windows, columns->window, columns->windows,
      windows->rows.windows, rows->window, rows->windows};
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
