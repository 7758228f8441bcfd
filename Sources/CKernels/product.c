// Blocks, panels and threads around the tiles of product.inc.
//
// One part of a result: for each chunk of k, for each block of rows (A packed, it stays in the
// second-level cache), for each panel of columns (B packed), for each tile of the block.
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
      runs = length < near->inner ? 1 : least((count - done) / length, near->middle - run % near->middle);
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

// Sections

struct section assay_all_steps(int64_t k) {
  return (struct section){k, k > 0 ? k : 1, 1, 0, k, 0, 1};
}

int64_t assay_chunks_of(const struct product *p) {
  return divide_up(p->section.whole, ASSAY_CHUNK);
}

static int64_t clamp(int64_t value, int64_t high) {
  return value < 0 ? 0 : value > high ? high : value;
}

// The first step of a chunk: so many steps of the section come before it in the box.
static int64_t chunk_start(const struct product *p, int64_t chunk) {
  const struct section *s = &p->section;
  int64_t position = least(chunk * ASSAY_CHUNK, s->whole), run = position / s->inner;
  int64_t place = run % s->middle - s->middle_first;
  int64_t runs = run / s->middle * s->middle_count + clamp(place, s->middle_count);
  int64_t begun = clamp(position % s->inner - s->inner_first, s->inner_count);
  bool within = place >= 0 && place < s->middle_count;
  return runs * s->inner_count + (within ? begun : 0);
}

// One part on one thread

struct part {
  int64_t row, row_end, column, column_end, chunk, chunk_end;
};

struct scratch {
  float block[BLOCK];
  float panels[KEPT * PANEL];
  int64_t offsets[PRODUCT_BLOCK];
};

// The distance of consecutive rows where each chunk's sums are stored apart.
static int64_t partial_columns(const struct task *task) {
  return task->swapped ? task->product.m : task->product.n;
}

static void locate(const struct task *task, int64_t *offsets, int64_t row, int64_t rows) {
  struct lattice apart = assay_line(partial_columns(task));
  offsets_of(task->partial ? &apart : &task->product.rows, offsets, row, rows);
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
    const struct task *task, float *block, int64_t row, int64_t rows, int64_t first,
    int64_t count) {
  const struct operand *a = &task->product.a;
  if (a->along) {
    pack(
        task->kernels, block, PRODUCT_ROW, a->start, &a->lines, row, rows, &a->steps, first,
        count);
  } else {
    pack(
        task->kernels, block, PRODUCT_COLUMN, a->start, &a->steps, first, count, &a->lines, row,
        rows);
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

static void run_block(
    const struct task *task, const struct part *part, struct scratch *scratch, int64_t chunk,
    int64_t row, int64_t rows) {
  const struct product *p = &task->product;
  const struct operand *b = &p->b;
  int64_t first = chunk_start(p, chunk), count = chunk_start(p, chunk + 1) - first;
  int64_t width = 2 * task->kernels->lanes;
  // Other blocks of rows will meet the same panels.
  bool keep = rows < part->row_end - part->row &&
              divide_up(part->column_end - part->column, width) <= KEPT;
  if (count == 0 && chunk > 0 && !task->partial) return;
  struct tile tile = {.count = count, .offsets = scratch->offsets};
  tile.c = task->partial ? task->partial + chunk * p->m * p->n : p->c;
  tile.add = chunk > 0 && !task->partial;
  pack_block(task, scratch->block, row, rows, first, count);
  if (!task->swapped) locate(task, scratch->offsets, row, rows);
  float *panel = scratch->panels;
  for (int64_t column = part->column; column < part->column_end; column += width) {
    int64_t columns = least(part->column_end - column, width);
    const float *ready = ready_panel(task, rows, column, columns, first, count);
    tile.b = ready ? ready : panel;
    tile.b_stride = ready ? b->steps.step : width;
    if (!ready && (!keep || row == part->row)) {
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
  int64_t width = 2 * task->kernels->lanes, panels = divide_up(p->n, width);
  int64_t chunks = assay_chunks_of(p);
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

static void run_chunk(const struct task *task, const struct part *part, int64_t chunk) {
  struct scratch *scratch = assay_scratch(sizeof *scratch);
  int64_t rows = part->row_end - part->row, blocks = divide_up(rows, PRODUCT_BLOCK);
  for (int64_t block = 0; block < blocks; block++) {
    int64_t row = part->row + rows * block / blocks;
    int64_t end = part->row + rows * (block + 1) / blocks;
    run_block(task, part, scratch, chunk, row, end - row);
  }
}

void assay_run_part(const struct task *task, int64_t item) {
  struct part part = part_of(task, item);
  for (int64_t chunk = part.chunk; chunk < part.chunk_end; chunk++) run_chunk(task, &part, chunk);
}

void assay_run_parts(const struct task *tasks, int64_t count, int64_t item) {
  for (int64_t chunk = 0; chunk < assay_chunks_of(&tasks->product); chunk++) {
    for (int64_t t = 0; t < count; t++) {
      struct part part = part_of(&tasks[t], item);
      run_chunk(&tasks[t], &part, chunk);
    }
  }
}

void assay_add_partial(const struct task *task, int64_t row) {
  const struct product *p = &task->product;
  int64_t columns = partial_columns(task), chunks = assay_chunks_of(p);
  float *restrict c = p->c + assay_offset(&p->rows, row);
  const float *restrict sums = task->partial + row * columns;
  for (int64_t j = 0; j < columns; j++) c[j] = sums[j];
  for (int64_t chunk = 1; chunk < chunks; chunk++) {
    sums += p->m * p->n;
    for (int64_t j = 0; j < columns; j++) c[j] += sums[j];
  }
}
