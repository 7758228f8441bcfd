// Blocks, panels and threads around the tiles of product.inc.
//
// One part of the result: for each chunk of k, for each block of rows (A packed, it stays in the
// second-level cache), for each panel of columns (B packed), for each tile of the block.
#include "product.h"

#include <string.h>

#include "parallel.h"

typedef float vf4 __attribute__((vector_size(16), aligned(4)));

#define FAMILY "product.inc"
#include "paths.h"

static const struct product_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(product_kernels);

const struct product_kernels *assay_product_kernels(void) { return table[assay_path_current()]; }

enum {
  TALLEST = 14,                         // rows of the largest tile on any path
  WIDEST = 32,                          // columns of a panel on the widest path
  PANEL = WIDEST * ASSAY_CHUNK,         // floats
  KEPT = 16,                            // panels kept packed for the next block of rows
  BLOCK = PRODUCT_COLUMN * ASSAY_CHUNK  // floats; more than PRODUCT_BLOCK * PRODUCT_ROW
};
_Static_assert(BLOCK >= PRODUCT_BLOCK * PRODUCT_ROW, "either form of A fits the block");
_Static_assert(WIDEST <= PRODUCT_BLOCK, "a panel's columns fit the offsets");

static int64_t min(int64_t a, int64_t b) { return a < b ? a : b; }
static int64_t parts_of(int64_t whole, int64_t part) { return (whole + part - 1) / part; }

// Operands

static void pack_matrix(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const float *from = (const float *)operand->source + line * operand->stride + first;
  kernels->copy(
      to, from, count, (struct steps){lines, stride, operand->stride}, (struct steps){1, 0, 0});
}

static void transpose_matrix(
    const struct operand *operand, const struct product_kernels *kernels, float *to,
    int64_t stride, int64_t line, int64_t lines, int64_t first, int64_t count) {
  const float *from = (const float *)operand->source + line * operand->stride + first;
  kernels->transpose(to, stride, from, operand->stride, lines, count);
}

struct operand assay_matrix_operand(const float *start, int64_t stride, bool along) {
  return (struct operand){along, pack_matrix, transpose_matrix, start, stride};
}

static bool is_matrix(const struct operand *operand) { return operand->pack == pack_matrix; }

// One part on one thread

// A product as it is computed: perhaps transposed (C' = B' A'), perhaps with each chunk's sums
// stored in a matrix of their own.
struct task {
  struct product product;
  bool swapped;
  const struct product_kernels *kernels;
  int64_t row_parts, column_parts, chunk_parts;
  float *partial;  // [chunk][rows of c][columns of c], or NULL
};

struct part {
  int64_t row, row_end, column, column_end, chunk, chunk_end;
};

struct scratch {
  float block[BLOCK];
  float panels[KEPT * PANEL];
  int64_t offsets[PRODUCT_BLOCK];
};

static void locate(const struct task *task, int64_t *offsets, int64_t row, int64_t rows) {
  const struct product *p = &task->product;
  if (p->locate && !task->partial) {
    p->locate(p->target, offsets, row, rows);
    return;
  }
  int64_t partial_stride = task->swapped ? p->m : p->n;
  int64_t stride = task->partial ? partial_stride : p->row_stride;
  for (int64_t i = 0; i < rows; i++) offsets[i] = (row + i) * stride;
}

static void pack_panel(
    const struct task *task, float *panel, int64_t column, int64_t columns, int64_t first,
    int64_t count) {
  const struct operand *b = &task->product.b;
  int64_t width = 2 * task->kernels->lanes;
  if (columns < width) memset(panel, 0, (size_t)(width * count) * sizeof *panel);
  if (b->along) {
    b->transpose(b, task->kernels, panel, width, column, columns, first, count);
  } else {
    b->pack(b, task->kernels, panel, width, first, count, column, columns);
  }
}

// A tile that c cannot take as it is: narrower than its vectors, or transposed.
static void scatter(
    const struct task *task, struct tile tile, int64_t rows, int64_t columns, bool across) {
  int64_t offsets[TALLEST];
  for (int64_t i = 0; i < rows; i++) offsets[i] = i * WIDEST;
  float sums[TALLEST * WIDEST];
  struct tile inner = tile;
  inner.c = sums;
  inner.offsets = offsets;
  inner.add = false;
  int vectors = columns > task->kernels->lanes ? 2 : 1;
  task->kernels->tile(&inner, (int)rows, vectors, across);
  for (int64_t i = 0; i < rows; i++) {
    for (int64_t j = 0; j < columns; j++) {
      float *c = tile.c + (task->swapped ? tile.offsets[j] + i : tile.offsets[i] + j);
      float sum = sums[i * WIDEST + j];
      *c = tile.add ? *c + sum : sum;
    }
  }
}

// All tiles of a block of rows and a panel of columns.
static void run_tiles(
    const struct task *task, struct scratch *scratch, struct tile tile, int64_t row, int64_t rows,
    int64_t columns) {
  const struct product_kernels *k = task->kernels;
  bool across = !task->product.a.along;
  int64_t tiles = parts_of(rows, k->rows);
  for (int64_t t = 0; t < tiles; t++) {
    int64_t start = rows * t / tiles, count = rows * (t + 1) / tiles - start;
    tile.a = scratch->block + start * (across ? 1 : PRODUCT_ROW);
    struct tile here = tile;
    if (task->swapped) {
      here.c += row + start;
    } else {
      here.offsets += start;
    }
    if (task->swapped || columns % k->lanes) {
      scatter(task, here, count, columns, across);
    } else {
      k->tile(&here, (int)count, (int)(columns / k->lanes), across);
    }
  }
}

// The panel of a matrix that few rows meet is read where it lies.
static bool lies_ready(const struct task *task, int64_t rows, int64_t columns) {
  const struct operand *b = &task->product.b;
  return rows <= 2 * task->kernels->rows && !b->along && is_matrix(b) &&
         columns % task->kernels->lanes == 0;
}

static void run_block(
    const struct task *task, const struct part *part, struct scratch *scratch, int64_t chunk,
    int64_t row, int64_t rows) {
  const struct product *p = &task->product;
  int64_t first = chunk * ASSAY_CHUNK, count = min(p->k - first, ASSAY_CHUNK);
  int64_t width = 2 * task->kernels->lanes;
  bool keep = parts_of(part->column_end - part->column, width) <= KEPT;
  struct tile tile = {.count = count, .offsets = scratch->offsets};
  tile.c = task->partial ? task->partial + chunk * p->m * p->n : p->c;
  tile.add = chunk > 0 && !task->partial;
  if (p->a.along) {
    p->a.pack(&p->a, task->kernels, scratch->block, PRODUCT_ROW, row, rows, first, count);
  } else {
    p->a.pack(&p->a, task->kernels, scratch->block, PRODUCT_COLUMN, first, count, row, rows);
  }
  if (!task->swapped) locate(task, scratch->offsets, row, rows);
  float *panel = scratch->panels;
  for (int64_t column = part->column; column < part->column_end; column += width) {
    int64_t columns = min(part->column_end - column, width);
    tile.b = panel;
    tile.b_stride = width;
    if (lies_ready(task, rows, columns)) {
      tile.b = (const float *)p->b.source + first * p->b.stride + column;
      tile.b_stride = p->b.stride;
    } else if (!keep || row == part->row) {
      pack_panel(task, panel, column, columns, first, count);
    }
    struct tile here = tile;
    if (task->swapped) {
      locate(task, scratch->offsets, column, columns);
    } else {
      here.c += column;
    }
    run_tiles(task, scratch, here, row, rows, columns);
    if (keep) panel += PANEL;
  }
}

static struct part part_of(const struct task *task, int64_t item) {
  const struct product *p = &task->product;
  int64_t width = 2 * task->kernels->lanes, panels = parts_of(p->n, width);
  int64_t chunks = parts_of(p->k, ASSAY_CHUNK);
  int64_t r = item % task->row_parts, rest = item / task->row_parts;
  int64_t c = rest % task->column_parts, q = rest / task->column_parts;
  return (struct part){
      .row = p->m * r / task->row_parts,
      .row_end = p->m * (r + 1) / task->row_parts,
      .column = panels * c / task->column_parts * width,
      .column_end = min(panels * (c + 1) / task->column_parts * width, p->n),
      .chunk = chunks * q / task->chunk_parts,
      .chunk_end = chunks * (q + 1) / task->chunk_parts,
  };
}

static void run_part(void *context, int64_t item) {
  const struct task *task = context;
  struct part part = part_of(task, item);
  struct scratch *scratch = assay_scratch(sizeof *scratch);
  int64_t rows = part.row_end - part.row, blocks = parts_of(rows, PRODUCT_BLOCK);
  for (int64_t chunk = part.chunk; chunk < part.chunk_end; chunk++) {
    for (int64_t block = 0; block < blocks; block++) {
      int64_t row = part.row + rows * block / blocks;
      int64_t end = part.row + rows * (block + 1) / blocks;
      run_block(task, &part, scratch, chunk, row, end - row);
    }
  }
}

// Adds the chunks' sums of one row of c, ascending.
static void add_partial(void *context, int64_t row) {
  const struct task *task = context;
  const struct product *p = &task->product;
  int64_t columns = task->swapped ? p->m : p->n, chunks = parts_of(p->k, ASSAY_CHUNK), offset;
  struct task whole = *task;
  whole.partial = NULL;
  locate(&whole, &offset, row, 1);
  float *restrict c = p->c + offset;
  const float *restrict sums = task->partial + row * columns;
  for (int64_t j = 0; j < columns; j++) c[j] = sums[j];
  for (int64_t chunk = 1; chunk < chunks; chunk++) {
    sums += p->m * p->n;
    for (int64_t j = 0; j < columns; j++) c[j] += sums[j];
  }
}

// How to split, and which way round: for speed alone, no bit depends on it. Costs are in cycles, as
// measured on Zen 4.

// Cycles for each packed element: transposed, copied, or gathered from an image.
static double pack_cost(const struct operand *operand, bool panel) {
  return panel && operand->along ? 0.4 : is_matrix(operand) ? 0.12 : 0.3;
}

// Cycles for `rows` x `columns` elements over `steps` of k on one thread.
static double cost(const struct task *task, int64_t rows, int64_t columns, int64_t steps) {
  const struct product *p = &task->product;
  const struct product_kernels *k = task->kernels;
  double vectors = (double)parts_of(columns, k->lanes);
  // A multiply-add takes four cycles, so fewer than four sums leave the unit idle.
  double sums = (double)min(rows, k->rows) * (vectors < 2 ? 1 : 2);
  double idle = sums < 4 ? 4 / sums : 1;
  double pack_a = pack_cost(&p->a, false), pack_b = pack_cost(&p->b, true);
  if (lies_ready(task, rows, columns)) pack_b = 0;
  double packing = (double)rows * pack_a + (double)columns * pack_b;
  double storing = (double)(rows * columns) * (task->swapped ? 2 : 0.1);
  return (double)steps * ((double)rows * vectors * idle + packing) +
         storing * (double)parts_of(steps, ASSAY_CHUNK);
}

static struct task swapped(struct task task) {
  struct product p = task.product;
  task.product.m = p.n;
  task.product.n = p.m;
  task.product.a = p.b;
  task.product.b = p.a;
  task.swapped = true;
  return task;
}

enum { FORK = 4000, MOST_PARTIAL = 1 << 22 };

// Splits rows and columns, or chunks where the result is too small for that.
static void split(struct task *task) {
  const struct product *p = &task->product;
  int64_t threads = assay_threads(), width = 2 * task->kernels->lanes;
  int64_t panels = parts_of(p->n, width), chunks = parts_of(p->k, ASSAY_CHUNK);
  double alone = cost(task, p->m, p->n, p->k), best = alone;
  task->row_parts = task->column_parts = task->chunk_parts = 1;
  if (threads == 1 || alone < 2 * FORK) return;
  for (int64_t rows = min(threads, p->m); rows >= 1; rows--) {
    int64_t columns = min(threads / rows, panels);
    int64_t part_columns = min(parts_of(panels, columns) * width, p->n);
    double parted = FORK + cost(task, parts_of(p->m, rows), part_columns, p->k);
    if (parted >= best) continue;
    best = parted;
    task->row_parts = rows;
    task->column_parts = columns;
  }
  int64_t chunk_parts = min(chunks, threads), partial = chunks * p->m * p->n;
  double longest = (double)parts_of(chunks, chunk_parts) / (double)chunks;
  double parted = 2 * FORK + alone * longest + (double)partial / (double)threads;
  if (chunks < 2 || partial > MOST_PARTIAL || parted >= best) return;
  task->row_parts = task->column_parts = 1;
  task->chunk_parts = chunk_parts;
}

// With k = 0.
static void clear(const struct task *task) {
  const struct product *p = &task->product;
  for (int64_t row = 0; row < p->m; row++) {
    int64_t offset;
    locate(task, &offset, row, 1);
    memset(p->c + offset, 0, (size_t)p->n * sizeof(float));
  }
}

void assay_product(const struct product *product) {
  struct task task = {.product = *product, .kernels = table[assay_path_current()]};
  if (product->k == 0) return clear(&task);
  if (product->m == 0 || product->n == 0) return;
  struct task other = swapped(task);
  if (cost(&other, product->n, product->m, product->k) <
      0.9 * cost(&task, product->m, product->n, product->k)) {
    task = other;
  }
  split(&task);
  if (task.chunk_parts > 1) {
    int64_t chunks = parts_of(product->k, ASSAY_CHUNK);
    task.partial = assay_shared_scratch(chunks * product->m * product->n * (int64_t)sizeof(float));
  }
  assay_parallel(task.row_parts * task.column_parts * task.chunk_parts, run_part, &task);
  if (task.partial) assay_parallel(product->m, add_partial, &task);
}
