// What the passes of a convolution share: products whose rows are stretches of windows or taps.
#ifndef ASSAY_CONV_PRODUCTS_H
#define ASSAY_CONV_PRODUCTS_H
#include "conv.h"
#include "depthwise.h"
#include "narrow.h"
#include "parallel.h"
#include "product.h"

// One pass: `result` from the images or gradients `left` and from `right`.
struct conv {
  float *result;
  const float *left, *right;
  const struct assay_conv *g;
};

// Channels of a group.
static inline int64_t depth_of(const struct assay_conv *g) { return g->out_channels / g->groups; }
static inline int64_t in_depth_of(const struct assay_conv *g) {
  return g->in_channels / g->groups;
}

// The windows of one group that the outputs see in x.
struct windows assay_input_windows(const float *x, const struct assay_conv *g, int64_t group);

// Whether each channel has a kernel of its own, small enough for one chunk.
bool assay_is_depthwise(const struct assay_conv *g);

// The rows of a product over one pair of stretches.
typedef struct rows (*rows_of_stretches)(
    const void *pass, const struct windows *windows, const struct stretch *rows,
    const struct stretch *columns);

// Products that write different elements, and the groups of their rows.
struct list {
  int64_t count, row_count;
  struct product products[PRODUCTS];
  struct rows *rows;  // room for all
};

// A list with room for `products` times the groups that the windows have at most.
struct list *assay_list(const struct windows *windows, int64_t products);

// Adds rows of windows: each stretch without the taps that lie outside the images.
const struct rows *assay_add_windows(
    struct list *list, const struct windows *windows, rows_of_stretches rows, const void *pass);

// Adds rows of taps: each stretch without the windows that do not see them.
const struct rows *assay_add_taps(
    struct list *list, const struct windows *windows, rows_of_stretches rows, const void *pass);

// Computes the list first where it is full.
void assay_add_product(struct list *list, struct product product);
void assay_compute(struct list *list);

// The taps of two stretches among all taps, and their windows among all windows, as steps of k.
struct section assay_taps_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns);
struct section assay_windows_section(
    const struct windows *windows, const struct stretch *rows, const struct stretch *columns);

// Whether zeros around an image can stand for what lies outside: not where an infinite number or a
// NaN would meet them.
bool assay_all_finite(const float *numbers, int64_t count);

// Runs independent passes: one to a thread where there are many, else all threads on each.
void assay_run_passes(int64_t count, assay_body body, struct conv *conv);

#endif
