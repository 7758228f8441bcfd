#include "move.h"

#include <stdbool.h>
#include <string.h>

#include "split.h"

#pragma STDC FP_CONTRACT OFF

enum {
  PIECE = 16384,  // the least number of elements worth a thread
  TILE = 32,      // side of the square that a transpose moves through the nearest cache
};

typedef float quad __attribute__((vector_size(16), aligned(4)));

// One dimension of a copy.
struct axis {
  int64_t count, out, in;
};

// A copy with its dimensions sorted and merged. The last axis is the innermost in `out`; a
// transpose has the innermost of `in` as its last but one.
struct copy {
  float *out;
  const float *in;
  int rank;
  struct axis axes[ASSAY_COPY_RANK + 1];
  bool transpose;
  int64_t rows_per_item, items_per_plane;
};

static int64_t magnitude(int64_t x) { return x < 0 ? -x : x; }

// Sorts by the step in `out`, largest first, so that memory is written in order.
static void sort_axes(struct copy *c) {
  for (int i = 1; i < c->rank; i++) {
    for (int j = i; j > 0 && magnitude(c->axes[j].out) > magnitude(c->axes[j - 1].out); j--) {
      const struct axis moved = c->axes[j];
      c->axes[j] = c->axes[j - 1];
      c->axes[j - 1] = moved;
    }
  }
}

// Joins neighbours that are one run in both tensors.
static void merge_axes(struct copy *c) {
  int last = 0;
  for (int i = 1; i < c->rank; i++) {
    const struct axis next = c->axes[i];
    struct axis *a = &c->axes[last];
    if (a->out == next.out * next.count && a->in == next.in * next.count) {
      *a = (struct axis){a->count * next.count, next.out, next.in};
    } else {
      c->axes[++last] = next;
    }
  }
  c->rank = last + 1;
}

// Brings the axis along which `in` is contiguous beside the last one, if it is another.
static void find_transpose(struct copy *c) {
  const int last = c->rank - 1;
  if (c->axes[last].out != 1 || c->axes[last].in == 1) return;
  for (int i = 0; i < last; i++) {
    if (c->axes[i].in != 1 || c->axes[i].count < 4) continue;
    const struct axis found = c->axes[i];
    memmove(&c->axes[i], &c->axes[i + 1], (size_t)(last - 1 - i) * sizeof found);
    c->axes[last - 1] = found;
    c->transpose = true;
    return;
  }
}

// Gives the copy at least two axes; false where there is nothing to copy.
static bool prepare(
    struct copy *c, int32_t rank, const int64_t *dims, const int64_t *out, const int64_t *in) {
  for (int i = 0; i < rank; i++) {
    if (dims[i] == 0) return false;
    if (dims[i] > 1) c->axes[c->rank++] = (struct axis){dims[i], out[i], in[i]};
  }
  if (c->rank == 0) c->axes[c->rank++] = (struct axis){1, 1, 1};
  sort_axes(c);
  merge_axes(c);
  find_transpose(c);
  if (c->rank == 1) {
    c->axes[1] = c->axes[0];
    c->axes[0] = (struct axis){1, 0, 0};
    c->rank = 2;
  }
  return true;
}

// out[j][i] = in[i][j] for 4 x 4 numbers.
static void transpose_quad(float *out, const float *in, int64_t out_row, int64_t in_row) {
  const quad a = *(const quad *)in, b = *(const quad *)(in + in_row);
  const quad c = *(const quad *)(in + 2 * in_row), d = *(const quad *)(in + 3 * in_row);
  const quad ab0 = __builtin_shufflevector(a, b, 0, 4, 1, 5);
  const quad ab1 = __builtin_shufflevector(a, b, 2, 6, 3, 7);
  const quad cd0 = __builtin_shufflevector(c, d, 0, 4, 1, 5);
  const quad cd1 = __builtin_shufflevector(c, d, 2, 6, 3, 7);
  *(quad *)out = __builtin_shufflevector(ab0, cd0, 0, 1, 4, 5);
  *(quad *)(out + out_row) = __builtin_shufflevector(ab0, cd0, 2, 3, 6, 7);
  *(quad *)(out + 2 * out_row) = __builtin_shufflevector(ab1, cd1, 0, 1, 4, 5);
  *(quad *)(out + 3 * out_row) = __builtin_shufflevector(ab1, cd1, 2, 3, 6, 7);
}

// out[j][i] = in[i][j] for j < rows, i < columns, at most TILE each.
static void transpose_tile(
    float *out, const float *in, int64_t rows, int64_t columns, int64_t out_row, int64_t in_row) {
  const int64_t rows4 = rows & ~3, columns4 = columns & ~3;
  for (int64_t j = 0; j < rows4; j += 4) {
    for (int64_t i = 0; i < columns4; i += 4) {
      transpose_quad(out + j * out_row + i, in + i * in_row + j, out_row, in_row);
    }
  }
  for (int64_t j = 0; j < rows; j++) {
    for (int64_t i = j < rows4 ? columns4 : 0; i < columns; i++) {
      out[j * out_row + i] = in[i * in_row + j];
    }
  }
}

static void transpose_rows(
    float *out, const float *in, int64_t rows, struct axis row, struct axis column) {
  for (int64_t j = 0; j < rows; j += TILE) {
    const int64_t height = least(rows - j, TILE);
    for (int64_t i = 0; i < column.count; i += TILE) {
      const int64_t width = least(column.count - i, TILE);
      transpose_tile(
          out + j * row.out + i, in + j + i * column.in, height, width, row.out, column.in);
    }
  }
}

static void copy_rows(
    float *out, const float *in, int64_t rows, struct axis row, struct axis column) {
  for (int64_t j = 0; j < rows; j++) {
    if (column.out == 1 && column.in == 1) {
      memcpy(out, in, (size_t)column.count * sizeof(float));
    } else if (column.out == 1 && column.in == 0) {
      const float value = *in;
      for (int64_t i = 0; i < column.count; i++) out[i] = value;
    } else {
      for (int64_t i = 0; i < column.count; i++) out[i * column.out] = in[i * column.in];
    }
    out += row.out;
    in += row.in;
  }
}

// Copies some rows of one plane, a plane being the last two axes.
static void copy_item(void *context, int64_t item) {
  const struct copy *c = context;
  const struct axis row = c->axes[c->rank - 2], column = c->axes[c->rank - 1];
  const int64_t first = item % c->items_per_plane * c->rows_per_item;
  const int64_t rows = least(row.count - first, c->rows_per_item);
  float *out = c->out + first * row.out;
  const float *in = c->in + first * row.in;
  int64_t plane = item / c->items_per_plane;
  for (int i = c->rank - 3; i >= 0; i--) {
    const int64_t index = plane % c->axes[i].count;
    plane /= c->axes[i].count;
    out += index * c->axes[i].out;
    in += index * c->axes[i].in;
  }
  if (c->transpose) {
    transpose_rows(out, in, rows, row, column);
  } else {
    copy_rows(out, in, rows, row, column);
  }
}

// Cuts a single long run into rows, so that threads can share it. Returns what is left over.
static int64_t cut_run(struct copy *c) {
  struct axis *row = &c->axes[0], *column = &c->axes[1];
  if (c->rank != 2 || row->count != 1 || column->count < 2 * PIECE) return 0;
  const int64_t rest = column->count % PIECE;
  *row = (struct axis){column->count / PIECE, PIECE * column->out, PIECE * column->in};
  column->count = PIECE;
  return rest;
}

// How many rows an item takes: whole planes where the copy is small.
static int64_t rows_per_item(
    const struct copy *c, struct axis row, struct axis column, bool split) {
  if (!split) return row.count;
  const int64_t rows = divide_up(PIECE, column.count);
  return c->transpose ? divide_up(rows, TILE) * TILE : rows;
}

void assay_copy_strided(
    float *out, const float *in, int32_t rank, const int64_t *dims, const int64_t *out_strides,
    const int64_t *in_strides) {
  struct copy c = {.out = out, .in = in};
  if (!prepare(&c, rank, dims, out_strides, in_strides)) return;
  const int64_t rest = cut_run(&c);
  const struct axis row = c.axes[c.rank - 2], column = c.axes[c.rank - 1];
  int64_t planes = 1;
  for (int i = 0; i < c.rank - 2; i++) planes *= c.axes[i].count;
  const bool split = useful_items(planes * row.count * column.count, PIECE) > 1;
  c.rows_per_item = rows_per_item(&c, row, column, split);
  c.items_per_plane = divide_up(row.count, c.rows_per_item);
  const int64_t items = planes * c.items_per_plane;
  if (split) {
    assay_parallel(items, copy_item, &c);
  } else {
    for (int64_t item = 0; item < items; item++) copy_item(&c, item);
  }
  const struct axis tail = {rest, column.out, column.in};
  copy_rows(out + row.count * row.out, in + row.count * row.in, rest > 0, tail, tail);
}

void assay_one_hot(float *out, const int32_t *label, int64_t rows, int64_t classes) {
  memset(out, 0, (size_t)(rows * classes) * sizeof(float));
  for (int64_t i = 0; i < rows; i++) {
    if (label[i] >= 0 && label[i] < classes) out[i * classes + label[i]] = 1;
  }
}
