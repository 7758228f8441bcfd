#include "reduce.h"

#include "split.h"

enum {
  ROW_CHUNK = 4096,  // part of the contract
  TILE = 64,         // columns that one item reduces
  PIECE = 16384,     // the least number of elements worth a thread
};

struct reduce_kernels {
  // The sum of n elements of a, or of their products with b.
  double (*row_sum)(const float *a, const float *b, int64_t n);
  double (*row_dot)(const float *a, const float *b, int64_t n);
  void (*column_sum)(
      double *sums, const float *in, int64_t rows, int64_t stride, int64_t columns);
  float (*row_max)(const float *in, int64_t n);
  void (*column_max)(float *out, const float *in, int64_t rows, int64_t stride, int64_t columns);
};

#define FAMILY "reduce.inc"
#include "paths.h"

static const struct reduce_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(reduce_kernels);

// A reduction, cut into units: the outputs of one outer index within one tile of columns.
struct reduction {
  const struct reduce_kernels *kernels;
  float *out;
  int32_t *indices;          // what argmax writes instead
  const float *in;
  int64_t outer, length, inner;
  int64_t chunk, chunks;     // rows of a chunk, and their number
  int64_t tiles;             // tiles of columns
  int64_t units_per_item;
  double *partials;          // [outer][chunks][inner] where chunks are items
};

static struct reduction make_reduction(
    float *out, const float *in, int64_t outer, int64_t length, int64_t inner) {
  struct reduction r = {
      .kernels = table[assay_path_current()],
      .out = out,
      .in = in,
      .outer = outer,
      .length = length,
      .inner = inner,
      .chunk = inner == 1 ? ROW_CHUNK : ASSAY_COLUMN_CHUNK,
      .tiles = divide_up(inner, TILE),
  };
  r.chunks = divide_up(length, r.chunk);
  return r;
}

// The sums of one chunk of rows, of `columns` columns from `column` on.
static void chunk_sum(
    const struct reduction *r, double *sums, int64_t outer, int64_t chunk, int64_t column,
    int64_t columns) {
  const int64_t first = chunk * r->chunk;
  const int64_t rows = least(r->chunk, r->length - first);
  const float *in = r->in + (outer * r->length + first) * r->inner + column;
  if (r->inner == 1) {
    sums[0] = r->kernels->row_sum(in, in, rows);
  } else {
    r->kernels->column_sum(sums, in, rows, r->inner, columns);
  }
}

static void sum_unit(const struct reduction *r, int64_t outer, int64_t column, int64_t columns) {
  double total[TILE] = {0}, sums[TILE];
  for (int64_t chunk = 0; chunk < r->chunks; chunk++) {
    chunk_sum(r, sums, outer, chunk, column, columns);
    for (int64_t j = 0; j < columns; j++) total[j] += sums[j];
  }
  for (int64_t j = 0; j < columns; j++) r->out[outer * r->inner + column + j] = (float)total[j];
}

static void max_unit(const struct reduction *r, int64_t outer, int64_t column, int64_t columns) {
  const float *in = r->in + outer * r->length * r->inner + column;
  float *out = r->out + outer * r->inner + column;
  if (r->inner == 1) {
    *out = r->kernels->row_max(in, r->length);
  } else {
    r->kernels->column_max(out, in, r->length, r->inner, columns);
  }
}

static void argmax_unit(const struct reduction *r, int64_t outer, int64_t column, int64_t columns) {
  for (int64_t j = column; j < column + columns; j++) {
    const float *in = r->in + outer * r->length * r->inner + j;
    int64_t best = 0;
    for (int64_t i = 1; i < r->length; i++) {
      const float most = in[best * r->inner], x = in[i * r->inner];
      if (x > most || (x != x && most == most)) best = i;
    }
    r->indices[outer * r->inner + j] = (int32_t)best;
  }
}

typedef void unit_body(
    const struct reduction *r, int64_t outer, int64_t column, int64_t columns);

static void run_units(const struct reduction *r, int64_t item, unit_body *body) {
  const int64_t first = item * r->units_per_item;
  const int64_t end = least(first + r->units_per_item, r->outer * r->tiles);
  for (int64_t unit = first; unit < end; unit++) {
    const int64_t column = unit % r->tiles * TILE;
    body(r, unit / r->tiles, column, least(TILE, r->inner - column));
  }
}

static void sum_item(void *context, int64_t item) { run_units(context, item, sum_unit); }
static void max_item(void *context, int64_t item) { run_units(context, item, max_unit); }
static void argmax_item(void *context, int64_t item) { run_units(context, item, argmax_unit); }

static int64_t items_of(const struct reduction *r) {
  return useful_items(r->outer * r->length * r->inner, PIECE);
}

static void split_units(struct reduction *r, assay_body body) {
  const int64_t units = r->outer * r->tiles;
  r->units_per_item = divide_up(units, items_of(r));
  if (units) assay_parallel(divide_up(units, r->units_per_item), body, r);
}

static void chunk_item(void *context, int64_t item) {
  const struct reduction *r = context;
  chunk_sum(r, r->partials + item * r->inner, item / r->chunks, item % r->chunks, 0, r->inner);
}

// Sums with chunks as items, for few outputs of long sums; false where memory is exhausted.
static bool sum_by_chunks(struct reduction *r) {
  r->partials = assay_scratch(r->outer * r->chunks * r->inner * (int64_t)sizeof(double));
  if (!r->partials) return false;
  assay_parallel(r->outer * r->chunks, chunk_item, r);
  for (int64_t i = 0; i < r->outer * r->inner; i++) {
    const double *part = r->partials + i / r->inner * r->chunks * r->inner + i % r->inner;
    double total = 0;
    for (int64_t chunk = 0; chunk < r->chunks; chunk++) total += part[chunk * r->inner];
    r->out[i] = (float)total;
  }
  return true;
}

void assay_reduce_sum(
    float *out, const float *in, int64_t outer, int64_t length, int64_t inner) {
  struct reduction r = make_reduction(out, in, outer, length, inner);
  const bool few = outer * r.tiles < items_of(&r);
  if (few && r.chunks > 1 && sum_by_chunks(&r)) return;
  split_units(&r, sum_item);
}

void assay_reduce_max(
    float *out, const float *in, int64_t outer, int64_t length, int64_t inner) {
  struct reduction r = make_reduction(out, in, outer, length, inner);
  split_units(&r, max_item);
}

void assay_reduce_argmax(
    int32_t *out, const float *in, int64_t outer, int64_t length, int64_t inner) {
  struct reduction r = make_reduction(NULL, in, outer, length, inner);
  r.indices = out;
  split_units(&r, argmax_item);
}

// A flat sum: a kernel over chunks of ROW_CHUNK.
struct flat {
  double (*kernel)(const float *a, const float *b, int64_t n);
  const float *a, *b;
  int64_t count;
  double *partials;
};

static double flat_chunk(const struct flat *f, int64_t chunk) {
  const int64_t first = chunk * ROW_CHUNK;
  return f->kernel(f->a + first, f->b + first, least(ROW_CHUNK, f->count - first));
}

static void flat_item(void *context, int64_t item) {
  const struct flat *f = context;
  const int64_t each = PIECE / ROW_CHUNK;
  const int64_t end = least((item + 1) * each, divide_up(f->count, ROW_CHUNK));
  for (int64_t chunk = item * each; chunk < end; chunk++) {
    f->partials[chunk] = flat_chunk(f, chunk);
  }
}

static double flat_sum(struct flat f) {
  const int64_t chunks = divide_up(f.count, ROW_CHUNK);
  if (useful_items(f.count, PIECE) > 1) {
    f.partials = assay_scratch(chunks * (int64_t)sizeof(double));
  }
  if (f.partials) assay_parallel(divide_up(f.count, PIECE), flat_item, &f);
  double total = 0;
  for (int64_t i = 0; i < chunks; i++) total += f.partials ? f.partials[i] : flat_chunk(&f, i);
  return total;
}

double assay_sum(const float *in, int64_t count) {
  return flat_sum((struct flat){table[assay_path_current()]->row_sum, in, in, count, NULL});
}

double assay_sum_of_squares(const float *in, int64_t count) { return assay_dot(in, in, count); }

double assay_dot(const float *a, const float *b, int64_t count) {
  return flat_sum((struct flat){table[assay_path_current()]->row_dot, a, b, count, NULL});
}
