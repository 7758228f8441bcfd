#include "gather.h"

#include <string.h>

#include "split.h"

enum {
  PIECE = 16384,  // the least number of elements worth a thread
  AHEAD = 4,      // rows that are asked for before they are needed
  LINE = 64,
};

struct gather_kernels {
  // out[i] = bytes[i] / divisor.
  void (*decode)(float *out, const uint8_t *bytes, int64_t count, float divisor);
};

#define FAMILY "gather.inc"
#include "paths.h"

static const struct gather_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(gather_kernels);

struct gather {
  float *out;
  const void *table;
  const int32_t *index;
  int64_t rows, width, rows_per_item;
  float divisor;
  const struct gather_kernels *kernels;
};

// Asks for a row that will be read soon: rows lie anywhere in a table that no cache holds.
static void prefetch(const struct gather *g, int64_t i, int64_t end, int64_t size) {
  if (i + AHEAD >= end) return;
  const char *row = (const char *)g->table + g->index[i + AHEAD] * g->width * size;
  for (int64_t byte = 0; byte < g->width * size; byte += LINE) __builtin_prefetch(row + byte);
}

static void gather_rows_item(void *context, int64_t item) {
  const struct gather *g = context;
  const int64_t end = least((item + 1) * g->rows_per_item, g->rows);
  for (int64_t i = item * g->rows_per_item; i < end; i++) {
    prefetch(g, i, end, sizeof(float));
    const float *row = (const float *)g->table + g->index[i] * g->width;
    memcpy(g->out + i * g->width, row, (size_t)g->width * sizeof(float));
  }
}

static void gather_bytes_item(void *context, int64_t item) {
  const struct gather *g = context;
  const int64_t end = least((item + 1) * g->rows_per_item, g->rows);
  for (int64_t i = item * g->rows_per_item; i < end; i++) {
    prefetch(g, i, end, 1);
    const uint8_t *row = (const uint8_t *)g->table + g->index[i] * g->width;
    g->kernels->decode(g->out + i * g->width, row, g->width, g->divisor);
  }
}

static void gather(struct gather g, assay_body body) {
  if (g.rows == 0 || g.width == 0) return;
  g.rows_per_item = divide_up(PIECE, g.width);
  assay_parallel(divide_up(g.rows, g.rows_per_item), body, &g);
}

void assay_gather_rows(
    float *out, const float *values, const int32_t *index, int64_t rows, int64_t width) {
  gather((struct gather){out, values, index, rows, width, 0, 1, NULL}, gather_rows_item);
}

void assay_gather_bytes(
    float *out, const uint8_t *bytes, const int32_t *index, int64_t rows, int64_t width,
    float divisor) {
  const struct gather_kernels *kernels = table[assay_path_current()];
  gather(
      (struct gather){out, bytes, index, rows, width, 0, divisor, kernels}, gather_bytes_item);
}
