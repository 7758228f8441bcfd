// Planes of channels around the sums of narrow.inc.
//
// Each image is transposed into one plane a channel, with the zeros of the padding around it. Then
// what a tap sees of all windows lies side by side, row after row, and one vector of it is used for
// every output. The sums between the rows' ends belong to no window and are left where they are.
#include "narrow.h"

#include <string.h>

#include "parallel.h"
#include "product.h"
#include "split.h"

enum {
  FEWEST_WINDOWS = 16,      // of an image
  LARGEST_IMAGE = 1 << 20,  // floats
  SLACK = 16                // floats that the last vector may reach beyond the windows
};

// One chunk of k, for all windows of an image.
struct chunk {
  const float *planes;
  int64_t count;           // steps of k
  const int64_t *offsets;  // of the first window's pixel, for each step
  const float *weights;    // `outputs` for each step
  float *sums;             // output o, window w: sums[o * stride + w]
  int64_t stride, length;  // length: windows, with what lies between the rows
  bool add;                // whether the sums are added or stored
};

struct narrow_kernels {
  void (*sum)(const struct chunk *chunk, int64_t outputs);
};

#define FAMILY "narrow.inc"
#include "paths.h"

static const struct narrow_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(narrow_kernels);

static int64_t max(int64_t a, int64_t b) { return a > b ? a : b; }

// The pixels low ..< high that the windows see along an axis.
struct span {
  int64_t low, high;
};

static struct span join(struct span span, const struct axis *axis) {
  int64_t reach = axis->taps > 0 ? (axis->taps - 1) * axis->step : 0;
  return (struct span){
      least(span.low, axis->start + least(reach, 0)),
      max(span.high, axis->start + axis->windows + max(reach, 0))};
}

// The planes of an image.
struct planes {
  struct span rows, columns;
  int64_t width, size;  // floats from one row, and from one plane, to the next
};

static struct planes planes_of(const struct narrow *narrow) {
  struct planes planes = {{0, 0}, {0, 0}, 0, 0};
  for (int64_t index = 0; index < narrow->count; index++) {
    planes.rows = join(planes.rows, &narrow->parts[index].windows.rows);
    planes.columns = join(planes.columns, &narrow->parts[index].windows.columns);
  }
  planes.width = planes.columns.high - planes.columns.low;
  planes.size = (planes.rows.high - planes.rows.low) * planes.width + SLACK;
  return planes;
}

bool assay_is_narrow(const struct narrow *narrow) {
  if (narrow->outputs > NARROW_OUTPUTS || narrow->count > NARROW_PARTS) return false;
  for (int64_t index = 0; index < narrow->count; index++) {
    struct axis rows = narrow->parts[index].windows.rows;
    struct axis columns = narrow->parts[index].windows.columns;
    if (rows.move != 1 || columns.move != 1) return false;
    if (rows.windows * columns.windows < FEWEST_WINDOWS) return false;
  }
  return planes_of(narrow).size * narrow->parts[0].windows.depth <= LARGEST_IMAGE;
}

struct task {
  const struct narrow *narrow;
  struct planes planes;
};

static void fill_planes(const struct task *task, float *to, int64_t image) {
  const struct windows *w = &task->narrow->parts[0].windows;
  const struct planes *p = &task->planes;
  int64_t row = max(p->rows.low, 0), until = least(p->rows.high, w->rows.limit);
  int64_t column = max(p->columns.low, 0), end = least(p->columns.high, w->columns.limit);
  memset(to, 0, (size_t)(p->size * w->depth) * sizeof *to);
  for (; row < until && column < end; row++) {
    int64_t pixel = (image * w->rows.limit + row) * w->columns.limit + column;
    float *start = to + (row - p->rows.low) * p->width + column - p->columns.low;
    assay_product_kernels()->transpose(
        start, p->size, w->images + pixel * w->channels, w->channels, end - column, w->depth);
  }
}

// Where the first window's pixel lies for the steps first ..< first + count, and their weights.
static void look(
    const struct task *task, const struct narrow_part *part, int64_t first, int64_t count,
    int64_t *offsets, float *weights) {
  const struct narrow *n = task->narrow;
  const struct planes *p = &task->planes;
  const struct windows *w = &part->windows;
  const struct taps *taps = &part->taps;
  struct place tap = assay_place_of(w, 0, first);
  for (int64_t k = 0; k < count; k++) {
    int64_t row = w->rows.start + tap.row * w->rows.step - p->rows.low;
    int64_t column = w->columns.start + tap.column * w->columns.step - p->columns.low;
    *offsets++ = tap.channel * p->size + row * p->width + column;
    int64_t position = (taps->row + tap.row * taps->row_step) * taps->width + taps->column +
                       tap.column * taps->column_step;
    const float *from =
        taps->weights + position * n->position_step + tap.channel * n->channel_step;
    for (int64_t o = 0; o < n->outputs; o++) *weights++ = from[o * n->output_step];
    if (++tap.channel == w->depth) assay_next_tap(w, &tap);
  }
}

static void write_result(
    const struct task *task, const struct narrow_part *part, const struct chunk *chunk,
    int64_t image) {
  const struct pixels *result = &part->result;
  int64_t outputs = task->narrow->outputs, channels = task->narrow->result_channels;
  for (int64_t i = 0; i < part->windows.rows.windows; i++) {
    int64_t row = image * result->height + result->row + i * result->row_step;
    float *to = result->images + (row * result->width + result->column) * channels;
    const float *from = chunk->sums + i * task->planes.width;
    for (int64_t j = 0; j < part->windows.columns.windows; j++) {
      for (int64_t o = 0; o < outputs; o++) to[o] = from[o * chunk->stride + j];
      to += result->column_step * channels;
    }
  }
}

static void run_part(
    const struct task *task, const struct narrow_part *part, const float *planes, float *sums,
    int64_t image) {
  const struct windows *w = &part->windows;
  int64_t offsets[ASSAY_CHUNK], k = w->rows.taps * w->columns.taps * w->depth;
  float weights[ASSAY_CHUNK * NARROW_OUTPUTS];
  struct chunk chunk = {
      .planes = planes, .offsets = offsets, .weights = weights, .sums = sums,
      .stride = task->planes.size,
      .length = (w->rows.windows - 1) * task->planes.width + w->columns.windows};
  // Without taps there is one empty chunk, whose sums are zeros.
  for (int64_t first = 0; first == 0 || first < k; first += ASSAY_CHUNK) {
    chunk.count = least(ASSAY_CHUNK, k - first);
    chunk.add = first > 0;
    look(task, part, first, chunk.count, offsets, weights);
    table[assay_path_current()]->sum(&chunk, task->narrow->outputs);
  }
  write_result(task, part, &chunk, image);
}

static void run_image(void *context, int64_t image) {
  const struct task *task = context;
  const struct narrow *n = task->narrow;
  int64_t depth = n->parts[0].windows.depth, size = task->planes.size;
  float *planes = assay_scratch((depth + n->outputs) * size * (int64_t)sizeof(float));
  fill_planes(task, planes, image);
  for (int64_t index = 0; index < n->count; index++) {
    run_part(task, &n->parts[index], planes, planes + depth * size, image);
  }
}

void assay_narrow(const struct narrow *narrow) {
  struct task task = {narrow, planes_of(narrow)};
  assay_parallel(narrow->parts[0].windows.count, run_image, &task);
}
