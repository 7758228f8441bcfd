#include "pooling.h"

#include <string.h>

#include "split.h"

// The taps of one window in one image: a rectangle of pixels. Offsets and steps in elements.
struct window {
  int64_t first, rows, columns, row_step, column_step;
  float count;  // what an average divides by
};

// The four pixels that a bilinear output is made of.
struct corners {
  int64_t offset[4];
  float weight[4];
};

struct pooling_kernels {
  void (*max)(float *y, const float *x, const struct window *w, int64_t channels);
  void (*max_gradient)(
      float *dx, const float *x, const float *dy, const struct window *w, int64_t channels);
  // The same for rows of squares of 2 x 2 pixels, side by side; `row` is the step to the next row.
  void (*square_max)(float *y, const float *x, int64_t row, int64_t squares, int64_t channels);
  void (*square_gradient)(
      float *dx, const float *x, const float *dy, int64_t row, int64_t squares, int64_t channels);
  void (*max_pick)(
      float *y, const float *x, const float *g, const struct window *w, int64_t channels);
  void (*average)(float *y, const float *x, const struct window *w, int64_t channels);
  void (*spread)(float *dx, const float *dy, const struct window *w, int64_t channels);
  void (*blend)(float *y, const float *x, const struct corners *k, int64_t channels);
  void (*unblend)(float *dx, const float *dy, const struct corners *k, int64_t channels);
};

#define FAMILY "pooling.inc"
#include "paths.h"

static const struct pooling_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(pooling_kernels);

enum { PIECE = 16384 };  // the least number of elements worth a thread

// Runs all items, on the calling thread where their elements are few.
static void run(int64_t items, int64_t elements, assay_body body, void *context) {
  if (useful_items(elements, PIECE) > 1) {
    assay_parallel(items, body, context);
  } else {
    for (int64_t item = 0; item < items; item++) body(context, item);
  }
}

// One call: `out` is written, `x` and `other` (dy or g) are read; those not needed are NULL.
struct pooling {
  const struct pooling_kernels *kernels;
  const struct assay_pool *pool;
  float *out;
  const float *x, *other;
  bool count_padding;
};

// The taps of a kernel that lie in 0 ..< size when its first lies at `start`: their number, and the
// place of the first.
static int64_t clip(int64_t start, int64_t kernel, int64_t dilation, int64_t size, int64_t *place) {
  const int64_t skipped = start < 0 ? divide_up(-start, dilation) : 0;
  *place = start + skipped * dilation;
  if (*place >= size) return 0;
  const int64_t taps = least(kernel - skipped, (size - 1 - *place) / dilation + 1);
  return taps < 0 ? 0 : taps;
}

static struct window window_at(const struct pooling *p, int64_t oh, int64_t ow) {
  const struct assay_pool *g = p->pool;
  const int64_t row_size = g->width * g->channels;
  int64_t row, column;
  struct window w = {
      .row_step = g->dilation_height * row_size,
      .column_step = g->dilation_width * g->channels,
  };
  w.rows = clip(
      oh * g->stride_height - g->pad_top, g->kernel_height, g->dilation_height, g->height, &row);
  w.columns = clip(
      ow * g->stride_width - g->pad_left, g->kernel_width, g->dilation_width, g->width, &column);
  if (w.rows == 0 || w.columns == 0) w.rows = w.columns = 0;
  w.first = row * row_size + column * g->channels;
  w.count = (float)(p->count_padding ? g->kernel_height * g->kernel_width : w.rows * w.columns);
  return w;
}

static int64_t image_size(const struct assay_pool *g) { return g->height * g->width * g->channels; }

static void fill(float *out, int64_t n, float value) {
  for (int64_t i = 0; i < n; i++) out[i] = value;
}

// One output row of one image.
static void max_row(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  const float *x = p->x + item / g->out_height * image_size(g);
  for (int64_t ow = 0; ow < g->out_width; ow++) {
    const struct window w = window_at(p, item % g->out_height, ow);
    float *y = p->out + (item * g->out_width + ow) * g->channels;
    if (w.rows) {
      p->kernels->max(y, x, &w, g->channels);
    } else {
      fill(y, g->channels, -__builtin_inff());
    }
  }
}

static void pick_row(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  const int64_t image = item / g->out_height * image_size(g);
  for (int64_t ow = 0; ow < g->out_width; ow++) {
    const struct window w = window_at(p, item % g->out_height, ow);
    float *y = p->out + (item * g->out_width + ow) * g->channels;
    if (w.rows) {
      p->kernels->max_pick(y, p->x + image, p->other + image, &w, g->channels);
    } else {
      fill(y, g->channels, 0);
    }
  }
}

static void average_row(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  const float *x = p->x + item / g->out_height * image_size(g);
  for (int64_t ow = 0; ow < g->out_width; ow++) {
    const struct window w = window_at(p, item % g->out_height, ow);
    float *y = p->out + (item * g->out_width + ow) * g->channels;
    if (w.rows) {
      p->kernels->average(y, x, &w, g->channels);
    } else {
      fill(y, g->channels, 0);
    }
  }
}

// Whether the windows are squares of 2 x 2 pixels side by side, all within the image: the common
// case, in which each pixel belongs to one window at most and knows its gradient at once.
static bool is_squares(const struct assay_pool *g) {
  const bool is_square = g->kernel_height == 2 && g->kernel_width == 2 && g->stride_height == 2 &&
                         g->stride_width == 2 && g->dilation_height == 1 && g->dilation_width == 1;
  return is_square && g->pad_top == 0 && g->pad_left == 0 && 2 * g->out_height <= g->height &&
         2 * g->out_width <= g->width;
}

static void square_row(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  const int64_t row = g->width * g->channels;
  const float *x = p->x + item / g->out_height * image_size(g) + item % g->out_height * 2 * row;
  p->kernels->square_max(
      p->out + item * g->out_width * g->channels, x, row, g->out_width, g->channels);
}

// The gradient of two rows of pixels; of all that follow too where no window reaches them.
static void square_gradient_row(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  const int64_t row = g->width * g->channels, covered = 2 * g->out_width * g->channels;
  const int64_t oh = item % g->out_height;
  const int64_t place = item / g->out_height * image_size(g) + oh * 2 * row;
  float *dx = p->out + place;
  p->kernels->square_gradient(
      dx, p->x + place, p->other + item * g->out_width * g->channels, row, g->out_width,
      g->channels);
  fill(dx + covered, row - covered, 0);
  fill(dx + row + covered, row - covered, 0);
  if (oh == g->out_height - 1) fill(dx + 2 * row, (g->height - 2 * g->out_height) * row, 0);
}

// The gradient of one image. Its windows overlap, so one thread adds them all.
static void gradient_image(void *context, int64_t item) {
  const struct pooling *p = context;
  const struct assay_pool *g = p->pool;
  float *dx = p->out + item * image_size(g);
  memset(dx, 0, (size_t)image_size(g) * sizeof(float));
  const float *dy = p->other + item * g->out_height * g->out_width * g->channels;
  for (int64_t oh = 0; oh < g->out_height; oh++) {
    for (int64_t ow = 0; ow < g->out_width; ow++, dy += g->channels) {
      const struct window w = window_at(p, oh, ow);
      if (w.rows == 0) continue;
      if (p->x) {
        p->kernels->max_gradient(dx, p->x + item * image_size(g), dy, &w, g->channels);
      } else {
        p->kernels->spread(dx, dy, &w, g->channels);
      }
    }
  }
}

static void pool_rows(struct pooling p, assay_body body) {
  const struct assay_pool *g = p.pool;
  p.kernels = table[assay_path_current()];
  run(g->batch * g->out_height, g->batch * image_size(g), body, &p);
}

static void pool_images(struct pooling p) {
  p.kernels = table[assay_path_current()];
  run(p.pool->batch, p.pool->batch * image_size(p.pool), gradient_image, &p);
}

void assay_max_pool(float *y, const float *x, const struct assay_pool *pool) {
  pool_rows(
      (struct pooling){.pool = pool, .out = y, .x = x}, is_squares(pool) ? square_row : max_row);
}

void assay_max_pool_gradient(
    float *dx, const float *x, const float *dy, const struct assay_pool *pool) {
  const struct pooling p = {.pool = pool, .out = dx, .x = x, .other = dy};
  if (is_squares(pool) && pool->out_height > 0) {
    pool_rows(p, square_gradient_row);
  } else {
    pool_images(p);
  }
}

void assay_max_pool_pick(
    float *out, const float *x, const float *g, const struct assay_pool *pool) {
  pool_rows((struct pooling){.pool = pool, .out = out, .x = x, .other = g}, pick_row);
}

void assay_average_pool(
    float *y, const float *x, const struct assay_pool *pool, bool count_padding) {
  pool_rows(
      (struct pooling){.pool = pool, .out = y, .x = x, .count_padding = count_padding},
      average_row);
}

void assay_average_pool_gradient(
    float *dx, const float *dy, const struct assay_pool *pool, bool count_padding) {
  pool_images(
      (struct pooling){.pool = pool, .out = dx, .other = dy, .count_padding = count_padding});
}

// One call of a resize: from `in` to `out`.
struct resizing {
  const struct pooling_kernels *kernels;
  const struct assay_resize *size;
  float *out;
  const float *in;
};

static int64_t pixels_in(const struct assay_resize *r) { return r->height * r->width; }

static int64_t pixels_out(const struct assay_resize *r) { return r->out_height * r->out_width; }

static void nearest_row(void *context, int64_t item) {
  const struct resizing *r = context;
  const struct assay_resize *s = r->size;
  const int64_t row = item % s->out_height * s->height / s->out_height;
  const float *in = r->in + (item / s->out_height * s->height + row) * s->width * s->channels;
  float *out = r->out + item * s->out_width * s->channels;
  for (int64_t ow = 0; ow < s->out_width; ow++) {
    const float *pixel = in + ow * s->width / s->out_width * s->channels;
    memcpy(out + ow * s->channels, pixel, (size_t)s->channels * sizeof(float));
  }
}

static void nearest_gradient_image(void *context, int64_t item) {
  const struct resizing *r = context;
  const struct assay_resize *s = r->size;
  float *dx = r->out + item * pixels_in(s) * s->channels;
  const float *dy = r->in + item * pixels_out(s) * s->channels;
  memset(dx, 0, (size_t)(pixels_in(s) * s->channels) * sizeof(float));
  struct window pixel = {.rows = 1, .columns = 1, .count = 1};
  for (int64_t oh = 0; oh < s->out_height; oh++) {
    const int64_t row = oh * s->height / s->out_height * s->width;
    for (int64_t ow = 0; ow < s->out_width; ow++, dy += s->channels) {
      pixel.first = (row + ow * s->width / s->out_width) * s->channels;
      r->kernels->spread(dx, dy, &pixel, s->channels);
    }
  }
}

// Two neighbouring inputs along one direction, and their weights.
struct pair {
  int64_t at[2];
  float weight[2];
};

// The inputs that output o lies between.
static struct pair neighbours(int64_t o, int64_t size, int64_t out_size) {
  int64_t place = (2 * o + 1) * size - out_size;  // in units of 1 / (2 out_size)
  if (place < 0) place = 0;
  const int64_t first = place / (2 * out_size), rest = place % (2 * out_size);
  const float second = (float)((double)rest / (double)(2 * out_size));
  return (struct pair){{first, least(first + 1, size - 1)}, {1 - second, second}};
}

static struct corners corners_at(const struct assay_resize *s, struct pair row, int64_t ow) {
  const struct pair column = neighbours(ow, s->width, s->out_width);
  struct corners k;
  for (int i = 0; i < 4; i++) {
    k.offset[i] = (row.at[i / 2] * s->width + column.at[i % 2]) * s->channels;
    k.weight[i] = row.weight[i / 2] * column.weight[i % 2];
  }
  return k;
}

static void bilinear_row(void *context, int64_t item) {
  const struct resizing *r = context;
  const struct assay_resize *s = r->size;
  const float *in = r->in + item / s->out_height * pixels_in(s) * s->channels;
  const struct pair row = neighbours(item % s->out_height, s->height, s->out_height);
  for (int64_t ow = 0; ow < s->out_width; ow++) {
    const struct corners k = corners_at(s, row, ow);
    r->kernels->blend(r->out + (item * s->out_width + ow) * s->channels, in, &k, s->channels);
  }
}

static void bilinear_gradient_image(void *context, int64_t item) {
  const struct resizing *r = context;
  const struct assay_resize *s = r->size;
  float *dx = r->out + item * pixels_in(s) * s->channels;
  const float *dy = r->in + item * pixels_out(s) * s->channels;
  memset(dx, 0, (size_t)(pixels_in(s) * s->channels) * sizeof(float));
  for (int64_t oh = 0; oh < s->out_height; oh++) {
    const struct pair row = neighbours(oh, s->height, s->out_height);
    for (int64_t ow = 0; ow < s->out_width; ow++, dy += s->channels) {
      const struct corners k = corners_at(s, row, ow);
      r->kernels->unblend(dx, dy, &k, s->channels);
    }
  }
}

static void resize(
    float *out, const float *in, const struct assay_resize *s, int64_t items, assay_body body) {
  struct resizing r = {table[assay_path_current()], s, out, in};
  run(items, s->batch * (pixels_in(s) + pixels_out(s)) * s->channels, body, &r);
}

void assay_resize_nearest(float *y, const float *x, const struct assay_resize *s) {
  resize(y, x, s, s->batch * s->out_height, nearest_row);
}

void assay_resize_nearest_gradient(float *dx, const float *dy, const struct assay_resize *s) {
  resize(dx, dy, s, s->batch, nearest_gradient_image);
}

void assay_resize_bilinear(float *y, const float *x, const struct assay_resize *s) {
  resize(y, x, s, s->batch * s->out_height, bilinear_row);
}

void assay_resize_bilinear_gradient(float *dx, const float *dy, const struct assay_resize *s) {
  resize(dx, dy, s, s->batch, bilinear_gradient_image);
}
