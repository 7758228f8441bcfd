// How products are split over the threads, and which way round they are computed: for speed alone,
// no bit depends on it. Costs are in cycles, as measured on Zen 4.
#include "task.h"

#include <string.h>

#include "split.h"

// Cycles for each packed element: transposed, copied, or gathered from an image.
static double pack_cost(const struct operand *operand, bool panel) {
  const struct lattice *near = operand->along ? &operand->steps : &operand->lines;
  return panel && operand->along ? 0.4 : near->inner >= 64 ? 0.12 : 0.3;
}

// Cycles for `rows` x `columns` elements on one thread.
static double cost(const struct task *task, int64_t rows, int64_t columns) {
  const struct product *p = &task->product;
  const struct product_kernels *k = task->kernels;
  double vectors = (double)divide_up(columns, k->lanes);
  // A multiply-add takes four cycles, so fewer than four sums leave the unit idle.
  double sums = (double)least(rows, k->rows) * (vectors < 2 ? 1 : 2);
  double idle = sums < 4 ? 4 / sums : 1;
  double pack_a = pack_cost(&p->a, false), pack_b = pack_cost(&p->b, true);
  if (rows <= 2 * k->rows && !p->b.along && columns % k->lanes == 0) pack_b = 0;
  double packing = (double)rows * pack_a + (double)columns * pack_b;
  double storing = (double)(rows * columns) * (task->swapped ? 2 : 0.1);
  return (double)p->k * ((double)rows * vectors * idle + packing) +
         storing * (double)chunks_of(p);
}

static double whole_cost(const struct task *task) {
  return cost(task, task->product.m, task->product.n);
}

static struct task swapped(struct task task) {
  struct product p = task.product;
  task.product.m = p.n;
  task.product.n = p.m;
  task.product.a = p.b;
  task.product.b = p.a;
  task.product.b.start += p.rows->a_start;
  task.product.b.lines = p.rows->a;
  task.swapped = true;
  return task;
}

// Whether all rows take all steps, so that they can as well be columns.
static bool is_whole(const struct product *p) {
  const struct section *s = &p->rows->section;
  return p->rows->count == p->m && s->inner_count == s->inner && s->middle_count == s->middle;
}

// The cheaper way round, in one part.
static struct task task_of(const struct product *product) {
  struct task task = {
      .product = *product, .kernels = assay_product_kernels(),
      .row_parts = 1, .column_parts = 1, .chunk_parts = 1};
  if (!is_whole(product)) return task;
  struct task other = swapped(task);
  return whole_cost(&other) < 0.9 * whole_cost(&task) ? other : task;
}

enum { MOST_PARTIAL = 1 << 22 };  // floats
static const double FORK = 4000;

// Splits rows and columns into at most `parts`; returns the cost of one.
static double split_result(struct task *task, int64_t parts) {
  const struct product *p = &task->product;
  int64_t width = 2 * task->kernels->lanes, panels = divide_up(p->n, width);
  double best = whole_cost(task);
  for (int64_t rows = least(parts, p->m); rows >= 1 && parts > 1; rows--) {
    int64_t columns = least(parts / rows, panels);
    int64_t part_columns = least(divide_up(panels, columns) * width, p->n);
    double parted = FORK + cost(task, divide_up(p->m, rows), part_columns);
    if (parted >= best) continue;
    best = parted;
    task->row_parts = rows;
    task->column_parts = columns;
  }
  return best;
}

// The same, or splits chunks where the result is too small for that.
static void split(struct task *task, int64_t parts) {
  const struct product *p = &task->product;
  int64_t chunks = chunks_of(p), chunk_parts = least(chunks, parts);
  double alone = whole_cost(task), best = split_result(task, parts);
  int64_t partial = chunks * p->m * p->n;
  double longest = (double)divide_up(chunks, chunk_parts) / (double)chunks;
  double parted = 2 * FORK + alone * longest + (double)partial / (double)parts;
  if (chunks < 2 || partial > MOST_PARTIAL || parted >= best) return;
  task->row_parts = task->column_parts = 1;
  task->chunk_parts = chunk_parts;
}

// All parts of several tasks, one after the other.
struct region {
  int64_t count;
  struct task tasks[PRODUCTS];
  int64_t ends[PRODUCTS];  // of the parts, or of the rows to add, of the tasks up to each
};

static int64_t task_at(const struct region *region, int64_t *item) {
  int64_t t = 0;
  while (*item >= region->ends[t]) t++;
  if (t > 0) *item -= region->ends[t - 1];
  return t;
}

static void run_item(void *context, int64_t item) {
  const struct region *region = context;
  int64_t t = task_at(region, &item);
  assay_run_part(&region->tasks[t], item);
}

static void add_item(void *context, int64_t item) {
  const struct region *region = context;
  int64_t t = task_at(region, &item);
  assay_add_partial(&region->tasks[t], item);
}

// Each task gets as many parts as its share of the work.
static void split_all(struct region *region) {
  int64_t threads = assay_threads();
  double total = 0;
  for (int64_t t = 0; t < region->count; t++) total += whole_cost(&region->tasks[t]);
  if (threads == 1 || total < 2 * FORK) return;
  for (int64_t t = 0; t < region->count; t++) {
    struct task *task = &region->tasks[t];
    double share = whole_cost(task) / total * (double)threads;
    int64_t parts = (int64_t)share + ((double)(int64_t)share < share);
    if (parts > 1) split(task, least(parts, threads));
  }
}

static int64_t partial_floats(const struct task *task) {
  const struct product *p = &task->product;
  return task->chunk_parts > 1 ? chunks_of(p) * p->m * p->n : 0;
}

// Gives the tasks whose chunks are split a place for their sums, and adds these at the end.
static void run(struct region *region) {
  int64_t floats = 0, items = 0;
  for (int64_t t = 0; t < region->count; t++) floats += partial_floats(&region->tasks[t]);
  float *partial = assay_shared_scratch(ASSAY_SHARED_SUMS, floats * (int64_t)sizeof(float));
  for (int64_t t = 0; t < region->count; t++) {
    struct task *task = &region->tasks[t];
    task->partial = task->chunk_parts > 1 ? partial : NULL;
    partial += partial_floats(task);
    region->ends[t] = items += task->row_parts * task->column_parts * task->chunk_parts;
  }
  assay_parallel(items, run_item, region);
  if (floats == 0) return;
  items = 0;
  for (int64_t t = 0; t < region->count; t++) {
    const struct task *task = &region->tasks[t];
    int64_t rows = task->swapped ? task->product.n : task->product.m;
    region->ends[t] = items += task->partial ? rows : 0;
  }
  assay_parallel(items, add_item, region);
}

// With k = 0.
static void clear(const struct product *p) {
  const struct rows *group = p->rows;
  for (int64_t row = 0, done = 0; row < p->m; row++) {
    if (row - done == group->count) done += group++->count;
    float *c = p->c + group->c_start + assay_offset(&group->c, row - done);
    memset(c, 0, (size_t)p->n * sizeof *c);
  }
}

void assay_products(const struct product *products, int64_t count) {
  struct region region = {.count = 0};
  for (int64_t i = 0; i < count; i++) {
    const struct product *p = &products[i];
    if (p->m == 0 || p->n == 0) continue;
    if (p->k == 0) {
      clear(p);
    } else {
      region.tasks[region.count++] = task_of(p);
    }
  }
  if (region.count == 0) return;
  split_all(&region);
  run(&region);
}
