// Blocks, panels and threads around the tiles of product.inc.
//
// One part of a result: for each chunk of k, for each block of rows (A packed, it stays in the
// second-level cache), for each panel of columns (B packed), for each tile of the block. The rows
// of a block take the same steps of the chunk; the panels hold all.
#include "task.h"

#include <string.h>

#include "parallel.h"
#include "split.h"

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

// Operands

// Elements first ..< first + count of `near`, whose distance is 1, of the elements line ..<
// line + lines of `far`, each to to[... * stride].
static void pack(
    const struct product_kernels *kernels, float *to, int64_t stride, const float *start,
    const struct lattice *far, int64_t line, int64_t lines, const struct lattice *near,
    int64_t first, int64_t count) {
  for (int64_t here; lines > 0; line += here, lines -= here, to += here * stride) {
    here = assay_run(far, line, lines);
    const float *from = start + assay_offset(far, line);
    struct steps across = {here, stride, far->step};
    for (int64_t done = 0, runs; done < count;) {
      int64_t length = assay_run(near, first + done, count - done);
      int64_t run = (first + done) / near->inner;
      int64_t left = near->middle - run % near->middle;  // runs of the row
      runs = length < near->inner ? 1 : least((count - done) / length, left);
      kernels->copy(
          to + done, from + assay_offset(near, first + done), length,
          (struct steps){runs, length, near->run_step}, across);
      done += runs * length;
    }
  }
}

// The same with rows and columns exchanged: to[... * stride] holds the lines side by side.
static void pack_transposed(
    const struct product_kernels *kernels, float *to, int64_t stride, const float *start,
    const struct lattice *far, int64_t line, int64_t lines, const struct lattice *near,
    int64_t first, int64_t count) {
  for (int64_t here; lines > 0; line += here, lines -= here, to += here) {
    here = assay_run(far, line, lines);
    const float *from = start + assay_offset(far, line);
    for (int64_t done = 0, length; done < count; done += length) {
      length = assay_run(near, first + done, count - done);
      kernels->transpose(
          to + done * stride, stride, from + assay_offset(near, first + done), far->step, here,
          length);
    }
  }
}

static void offsets_of(const struct lattice *l, int64_t *offsets, int64_t first, int64_t count) {
  for (int64_t done = 0, here; done < count; done += here) {
    here = assay_run(l, first + done, count - done);
    int64_t offset = assay_offset(l, first + done);
    for (int64_t i = 0; i < here; i++) offsets[done + i] = offset + i * l->step;
  }
}

// Steps

struct rows assay_all_rows(int64_t m, int64_t k, int64_t a_stride, int64_t c_stride) {
  struct section all = {k > 0 ? k : 1, 0, k, 1, 0, 1};
  return (struct rows){m, 0, 0, assay_line(a_stride), assay_line(c_stride), all};
}

// The steps of a section that are among `count` from `first` on; returns the number of runs.
static int64_t runs_of(
    const struct section *s, int64_t first, int64_t count, struct run *runs) {
  int64_t n = 0;
  for (int64_t at = first; at < first + count;) {
    int64_t row = at / s->inner, i = at % s->inner, place = row % s->middle - s->middle_first;
    int64_t next = (row + 1) * s->inner;
    if (place >= 0 && place < s->middle_count && i < s->inner_first + s->inner_count) {
      int64_t from = i < s->inner_first ? at + s->inner_first - i : at;
      int64_t until = least(at - i + s->inner_first + s->inner_count, first + count);
      bool joins = n > 0 && runs[n - 1].first + runs[n - 1].count == from - first;
      if (joins) {
        runs[n - 1].count += until - from;
      } else if (from < until) {
        runs[n++] = (struct run){from - first, until - from};
      }
    }
    at = next;
  }
  return n;
}

// One part on one thread

struct part {
  int64_t row, row_end, column, column_end, chunk, chunk_end;
};

struct scratch {
  float block[BLOCK];
  float panels[KEPT * PANEL];
  int64_t offsets[PRODUCT_BLOCK];
  struct run runs[ASSAY_CHUNK];
};

// Some rows of a group, over one chunk.
struct block {
  const struct rows *group;
  int64_t row, rows;    // counted in the group
  int64_t whole_row;    // the first, counted in all rows
  int64_t chunk, first, count;
  int64_t run_count;    // of scratch.runs
};

// The distance of consecutive rows where each chunk's sums are stored apart.
static int64_t partial_columns(const struct task *task) {
  return task->swapped ? task->product.m : task->product.n;
}

// Where `rows` rows of c start, from `row` of the group on.
static void locate(
    const struct task *task, const struct rows *group, int64_t *offsets, int64_t row,
    int64_t whole_row, int64_t rows) {
  struct lattice apart = assay_line(partial_columns(task));
  if (task->partial) {
    offsets_of(&apart, offsets, whole_row, rows);
  } else {
    offsets_of(&group->c, offsets, row, rows);
    for (int64_t i = 0; i < rows; i++) offsets[i] += group->c_start;
  }
}

static void pack_panel(
    const struct task *task, float *panel, int64_t column, int64_t columns, int64_t first,
    int64_t count) {
  const struct operand *b = &task->product.b;
  int64_t width = 2 * task->kernels->lanes;
  if (columns < width) memset(panel, 0, (size_t)(width * count) * sizeof *panel);
  if (b->along) {
    pack_transposed(
        task->kernels, panel, width, b->start, &b->lines, column, columns, &b->steps, first,
        count);
  } else {
    pack(
        task->kernels, panel, width, b->start, &b->steps, first, count, &b->lines, column,
        columns);
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
  int64_t tiles = divide_up(rows, k->rows);
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

static void pack_block(
    const struct task *task, struct scratch *scratch, const struct block *block) {
  const struct operand *a = &task->product.a;
  const struct lattice *lines = task->swapped ? &a->lines : &block->group->a;
  const float *start = a->start + (task->swapped ? 0 : block->group->a_start);
  for (const struct run *run = scratch->runs; run < scratch->runs + block->run_count; run++) {
    int64_t first = block->first + run->first;
    if (a->along) {
      pack(
          task->kernels, scratch->block + run->first, PRODUCT_ROW, start, lines, block->row,
          block->rows, &a->steps, first, run->count);
    } else {
      pack(
          task->kernels, scratch->block + run->first * PRODUCT_COLUMN, PRODUCT_COLUMN, start,
          &a->steps, first, run->count, lines, block->row, block->rows);
    }
  }
}

// A panel that few rows meet is read where it lies, if it lies like one; else NULL.
static const float *ready_panel(
    const struct task *task, int64_t rows, int64_t column, int64_t columns, int64_t first,
    int64_t count) {
  const struct operand *b = &task->product.b;
  bool few = rows <= 2 * task->kernels->rows && columns % task->kernels->lanes == 0;
  if (!few || b->along || assay_run(&b->steps, first, count) < count) return NULL;
  if (assay_run(&b->lines, column, columns) < columns) return NULL;
  return b->start + assay_offset(&b->steps, first) + assay_offset(&b->lines, column);
}

// A block and the panels of some columns. `keep`: other blocks will meet the same panels. Returns
// whether these are packed now.
static bool run_block(
    const struct task *task, struct scratch *scratch, struct block block, int64_t columns_from,
    int64_t columns_end, bool keep, bool packed) {
  const struct product *p = &task->product;
  int64_t width = 2 * task->kernels->lanes;
  block.run_count = runs_of(&block.group->section, block.first, block.count, scratch->runs);
  struct tile tile = {
      .runs = scratch->runs, .run_count = block.run_count, .offsets = scratch->offsets};
  tile.c = task->partial ? task->partial + block.chunk * p->m * p->n : p->c;
  tile.add = block.chunk > 0 && !task->partial;
  if (block.run_count == 0 && tile.add) return packed;
  pack_block(task, scratch, &block);
  if (!task->swapped) {
    locate(task, block.group, scratch->offsets, block.row, block.whole_row, block.rows);
  }
  float *panel = scratch->panels;
  for (int64_t column = columns_from; column < columns_end; column += width) {
    int64_t columns = least(columns_end - column, width);
    const float *ready =
        keep ? NULL : ready_panel(task, block.rows, column, columns, block.first, block.count);
    tile.b = ready ? ready : panel;
    tile.b_stride = ready ? p->b.steps.step : width;
    if (!ready && !packed) pack_panel(task, panel, column, columns, block.first, block.count);
    struct tile here = tile;
    if (task->swapped) {
      locate(task, block.group, scratch->offsets, column, column, columns);
    } else {
      here.c += column;
    }
    run_tiles(task, scratch, here, block.row, block.rows, columns);
    if (keep) panel += PANEL;
  }
  return keep;
}

// The rows of a part in blocks of one group each, for one chunk and as many columns as are kept.
static void run_blocks(
    const struct task *task, const struct part *part, int64_t chunk, int64_t columns_from,
    int64_t columns_end) {
  const struct product *p = &task->product;
  struct scratch *scratch = assay_scratch(sizeof *scratch);
  struct block block = {.group = p->rows, .chunk = chunk, .first = chunk * ASSAY_CHUNK};
  block.count = least(p->k - block.first, ASSAY_CHUNK);
  bool keep = false, packed = false;
  for (int64_t start = 0; start < part->row_end; start += block.group++->count) {
    int64_t count = task->swapped ? p->m : block.group->count;
    int64_t from = start < part->row ? part->row - start : 0;
    int64_t rows = least(part->row_end - start, count) - from;
    int64_t blocks = rows > 0 ? divide_up(rows, PRODUCT_BLOCK) : 0;
    keep = keep || blocks > 1 || (blocks == 1 && rows < part->row_end - part->row);
    for (int64_t b = 0; b < blocks; b++) {
      block.row = from + rows * b / blocks;
      block.rows = from + rows * (b + 1) / blocks - block.row;
      block.whole_row = start + block.row;
      packed = run_block(task, scratch, block, columns_from, columns_end, keep, packed);
    }
    if (task->swapped) break;
  }
}

static struct part part_of(const struct task *task, int64_t item) {
  const struct product *p = &task->product;
  int64_t width = 2 * task->kernels->lanes, panels = divide_up(p->n, width);
  int64_t chunks = chunks_of(p);
  int64_t r = item % task->row_parts, rest = item / task->row_parts;
  int64_t c = rest % task->column_parts, q = rest / task->column_parts;
  return (struct part){
      .row = p->m * r / task->row_parts,
      .row_end = p->m * (r + 1) / task->row_parts,
      .column = panels * c / task->column_parts * width,
      .column_end = least(panels * (c + 1) / task->column_parts * width, p->n),
      .chunk = chunks * q / task->chunk_parts,
      .chunk_end = chunks * (q + 1) / task->chunk_parts,
  };
}

void assay_run_part(const struct task *task, int64_t item) {
  struct part part = part_of(task, item);
  int64_t width = KEPT * 2 * task->kernels->lanes;
  for (int64_t chunk = part.chunk; chunk < part.chunk_end; chunk++) {
    for (int64_t column = part.column; column < part.column_end; column += width) {
      run_blocks(task, &part, chunk, column, least(column + width, part.column_end));
    }
  }
}

// The group of a row of c, which becomes the row within it.
static const struct rows *group_of(const struct rows *group, int64_t *row) {
  for (; *row >= group->count; group++) *row -= group->count;
  return group;
}

void assay_add_partial(const struct task *task, int64_t row) {
  const struct product *p = &task->product;
  int64_t columns = partial_columns(task), chunks = chunks_of(p), row_in_group = row;
  const struct rows *group = group_of(p->rows, &row_in_group);
  float *restrict c = p->c + group->c_start + assay_offset(&group->c, row_in_group);
  const float *restrict sums = task->partial + row * columns;
  for (int64_t j = 0; j < columns; j++) c[j] = sums[j];
  for (int64_t chunk = 1; chunk < chunks; chunk++) {
    sums += p->m * p->n;
    for (int64_t j = 0; j < columns; j++) c[j] += sums[j];
  }
}
