#include "elementwise.h"

#include <string.h>

#include "reduce.h"
#include "split.h"

enum {
  BLOCK = 512,      // elements of one block: a handful of operands fit the nearest cache
  PADDING = 16,     // the kernels work on multiples of this
  PIECE = 8192,     // the least number of elements worth a thread
  OPERANDS = ASSAY_ELEMENTWISE_INPUTS + ASSAY_ELEMENTWISE_OUTPUTS + ASSAY_ELEMENTWISE_TEMPORARIES,
};

struct elementwise_kernels {
  // Runs the instructions over n elements, a multiple of PADDING.
  void (*block)(
      const struct assay_instruction *instructions, int32_t count, float *const *operands,
      int64_t n);
  // Adds `rows` rows of in to sums, one after the other; columns are a multiple of 16.
  void (*add_rows)(double *sums, const float *in, int64_t rows, int64_t columns);
};

#define FAMILY "elementwise.inc"
#include "paths.h"

static const struct elementwise_kernels *const table[ASSAY_PATH_COUNT] =
    PATH_TABLE(elementwise_kernels);

// How many operands a code reads: a, then b, then c.
static int arity(uint16_t code) {
  if (code <= ASSAY_MINIMUM) return 2;
  if (code <= ASSAY_SELECT) return 3;
  if (code <= ASSAY_EQUAL) return 2;
  return code == ASSAY_CONSTANT ? 0 : 1;
}

static int64_t elements(const struct assay_elementwise *p) {
  return p->dims[0] * p->dims[1] * p->dims[2] * p->dims[3];
}

// Whether blocks hold whole rows, and the kernels' lanes whole parts of them.
static bool can_sum(const struct assay_elementwise *p) {
  return p->columns >= PADDING && p->columns <= BLOCK && BLOCK % p->columns == 0 &&
         elements(p) % p->columns == 0;
}

static bool within_limits(const struct assay_elementwise *p) {
  if (p->count < 1 || p->inputs < 0 || p->outputs < 0 || p->temporaries < 0) return false;
  for (int d = 0; d < 4; d++) {
    if (p->dims[d] < 0) return false;
  }
  if (p->sums < 0 || p->sums > ASSAY_ELEMENTWISE_SUMS || p->outputs + p->sums == 0) return false;
  if (p->sums && !can_sum(p)) return false;
  return p->inputs <= ASSAY_ELEMENTWISE_INPUTS && p->outputs <= ASSAY_ELEMENTWISE_OUTPUTS &&
         p->temporaries <= ASSAY_ELEMENTWISE_TEMPORARIES;
}

bool assay_elementwise_valid(const struct assay_elementwise *p) {
  if (!within_limits(p)) return false;
  const int operands = p->inputs + p->outputs + p->temporaries;
  bool written[OPERANDS];
  for (int i = 0; i < operands; i++) written[i] = i < p->inputs;
  for (int32_t i = 0; i < p->count; i++) {
    const struct assay_instruction *in = &p->instructions[i];
    if (in->code >= ASSAY_ELEMENTWISE_CODES) return false;
    const uint16_t reads[3] = {in->a, in->b, in->c};
    for (int r = 0; r < 3; r++) {
      if (reads[r] >= operands || (r < arity(in->code) && !written[reads[r]])) return false;
    }
    if (in->destination < p->inputs || in->destination >= operands) return false;
    written[in->destination] = true;
  }
  for (int i = 0; i < p->outputs; i++) {
    if (!written[p->inputs + i]) return false;
  }
  for (int i = 0; i < p->sums; i++) {
    const uint16_t operand = p->summed[i];
    if (operand < p->inputs || operand >= operands || !written[operand]) return false;
  }
  return true;
}

// How an input is brought to a block.
enum source_kind {
  SOURCE_DIRECT,   // contiguous: read where it lies
  SOURCE_CYCLIC,   // a short vector repeated: unrolled once, then read at the block's phase
  SOURCE_GENERAL,  // walked run by run
};

// An input with its dimensions merged where its strides allow.
struct source {
  const float *data;
  enum source_kind kind;
  int rank;
  int64_t dims[4], strides[4];
};

static struct source make_source(const float *data, const int64_t *dims, const int64_t *strides) {
  struct source s = {.data = data};
  for (int d = 0; d < 4; d++) {
    if (dims[d] == 1) continue;
    if (s.rank && s.strides[s.rank - 1] == strides[d] * dims[d]) {
      s.dims[s.rank - 1] *= dims[d];
      s.strides[s.rank - 1] = strides[d];
    } else {
      s.dims[s.rank] = dims[d];
      s.strides[s.rank++] = strides[d];
    }
  }
  if (s.rank == 0) s.dims[s.rank++] = 1;
  s.kind = SOURCE_GENERAL;
  if (s.rank == 1 && s.strides[0] == 1) s.kind = SOURCE_DIRECT;
  if (s.rank == 1 && s.strides[0] == 0) {
    s.kind = SOURCE_CYCLIC;
    s.dims[0] = 1;
  }
  if (s.rank == 2 && s.strides[0] == 0 && s.strides[1] == 1 && s.dims[1] <= BLOCK) {
    s.kind = SOURCE_CYCLIC;
    s.dims[0] = s.dims[1];
  }
  return s;
}

static void copy_run(float *out, const float *in, int64_t n, int64_t step) {
  if (step == 1) {
    memcpy(out, in, (size_t)n * sizeof(float));
  } else if (step == 0) {
    const float value = *in;
    for (int64_t i = 0; i < n; i++) out[i] = value;
  } else {
    for (int64_t i = 0; i < n; i++) out[i] = in[i * step];
  }
}

// Elements offset ..< offset + n of a source, or a pointer to them where they lie in memory.
static const float *gather(const struct source *s, float *buffer, int64_t offset, int64_t n) {
  const int last = s->rank - 1;
  int64_t index[4], rest = offset, start = 0;
  for (int d = last; d >= 0; d--) {
    index[d] = rest % s->dims[d];
    rest /= s->dims[d];
    start += index[d] * s->strides[d];
  }
  const int64_t step = s->strides[last];
  if (step == 1 && index[last] + n <= s->dims[last]) return s->data + start;
  for (int64_t done = 0; done < n;) {
    int64_t run = s->dims[last] - index[last];
    if (run > n - done) run = n - done;
    copy_run(buffer + done, s->data + start, run, step);
    done += run;
    start -= index[last] * step;
    index[last] = 0;
    for (int d = last - 1; d >= 0; d--) {
      start += s->strides[d];
      if (++index[d] < s->dims[d]) break;
      start -= index[d] * s->strides[d];
      index[d] = 0;
    }
  }
  return buffer;
}

// One run over a space, shared by its pieces.
struct run {
  const struct assay_elementwise *program;
  float *const *outputs;
  struct source sources[ASSAY_ELEMENTWISE_INPUTS];
  int64_t total, piece;
  int64_t chunk;     // elements whose rows are one partial sum; 0 without sums
  double *partials;  // [chunks][sums][columns]
};

// The pattern of a cyclic source, long enough for a block at any phase, or shorter where the whole
// space is.
static void unroll(const struct source *s, float *pattern, int64_t total) {
  const int64_t period = s->dims[0];
  const int64_t length = total < BLOCK ? total : BLOCK + period;
  int64_t filled = least(period, length);
  memcpy(pattern, s->data, (size_t)filled * sizeof(float));
  // Doubled, not element by element: each of those would wait for the one a period before.
  for (int64_t more; filled < length; filled += more) {
    more = least(filled, length - filled);
    memcpy(pattern + filled, pattern, (size_t)more * sizeof(float));
  }
}

// Points each operand to its elements of one block. A block that is no multiple of PADDING is
// gathered whole and its outputs go to `spare`, for the kernels run past its end.
static void bind(
    const struct run *run, float **operands, float *buffers, float *spare, int64_t offset,
    int64_t n) {
  const struct assay_elementwise *p = run->program;
  const bool partial = n % PADDING != 0;
  for (int i = 0; i < p->inputs; i++) {
    const struct source *s = &run->sources[i];
    float *buffer = buffers + i * 2 * BLOCK;
    const float *in = buffer;
    switch (s->kind) {
      case SOURCE_DIRECT: in = s->data + offset; break;
      case SOURCE_CYCLIC: in = buffer + offset % s->dims[0]; break;
      case SOURCE_GENERAL: in = gather(s, buffer, offset, n); break;
    }
    if (partial && in != buffer && s->kind != SOURCE_CYCLIC) {
      memcpy(buffer, in, (size_t)n * sizeof(float));
      in = buffer;
    }
    operands[i] = (float *)in;
  }
  for (int i = 0; i < p->outputs; i++) {
    operands[p->inputs + i] = partial ? spare + i * BLOCK : run->outputs[i] + offset;
  }
}

// Adds the rows of one block to the partial sums of its chunk.
static void add_block(
    const struct run *run, const struct elementwise_kernels *kernels, float *const *operands,
    int64_t offset, int64_t n) {
  const struct assay_elementwise *p = run->program;
  const int64_t size = p->sums * p->columns;
  double *partials = run->partials + offset / run->chunk * size;
  if (offset % run->chunk == 0) memset(partials, 0, (size_t)size * sizeof(double));
  for (int i = 0; i < p->sums; i++) {
    kernels->add_rows(
        partials + i * p->columns, operands[p->summed[i]], n / p->columns, p->columns);
  }
}

static void run_piece(void *context, int64_t item) {
  const struct run *run = context;
  const struct assay_elementwise *p = run->program;
  const struct elementwise_kernels *kernels = table[assay_path_current()];
  const int64_t start = item * run->piece;
  const int64_t end = least(start + run->piece, run->total);
  _Alignas(64) float buffers[(2 * p->inputs + p->outputs + p->temporaries) * BLOCK];
  float *spare = buffers + 2 * p->inputs * BLOCK;
  float *operands[OPERANDS] = {0};
  for (int i = 0; i < p->inputs; i++) {
    float *buffer = buffers + i * 2 * BLOCK;
    if (run->sources[i].kind == SOURCE_CYCLIC) unroll(&run->sources[i], buffer, run->total);
  }
  for (int i = 0; i < p->temporaries; i++) {
    operands[p->inputs + p->outputs + i] = spare + (p->outputs + i) * BLOCK;
  }
  for (int64_t offset = start; offset < end; offset += BLOCK) {
    const int64_t n = least(end - offset, BLOCK);
    bind(run, operands, buffers, spare, offset, n);
    kernels->block(p->instructions, p->count, operands, divide_up(n, PADDING) * PADDING);
    if (p->sums) add_block(run, kernels, operands, offset, n);
    for (int i = 0; n % PADDING && i < p->outputs; i++) {
      memcpy(run->outputs[i] + offset, spare + i * BLOCK, (size_t)n * sizeof(float));
    }
  }
}

// The chunks' sums, added in ascending order and rounded.
static void finish_sums(const struct run *run, float *const *sums) {
  const struct assay_elementwise *p = run->program;
  const int64_t chunks = divide_up(run->total, run->chunk), size = p->sums * p->columns;
  for (int64_t i = 0; i < size; i++) {
    double total = 0;
    for (int64_t chunk = 0; chunk < chunks; chunk++) total += run->partials[chunk * size + i];
    sums[i / p->columns][i % p->columns] = (float)total;
  }
}

void assay_elementwise(
    const struct assay_elementwise *p, float *const *outputs, const float *const *inputs,
    float *const *sums) {
  struct run run = {.program = p, .outputs = outputs, .total = elements(p)};
  for (int i = 0; i < p->sums; i++) memset(sums[i], 0, (size_t)p->columns * sizeof(float));
  if (run.total == 0) return;
  for (int i = 0; i < p->inputs; i++) {
    run.sources[i] = make_source(inputs[i], p->dims, p->strides + 4 * i);
  }
  if (p->sums) {
    run.chunk = ASSAY_COLUMN_CHUNK * p->columns;
    run.partials = assay_scratch(
        divide_up(run.total, run.chunk) * p->sums * p->columns * (int64_t)sizeof(double));
  }
  const int64_t unit = p->sums ? run.chunk : BLOCK;
  const int64_t pieces = useful_items(run.total, PIECE);
  run.piece = divide_up(divide_up(run.total, pieces), unit) * unit;
  assay_parallel(divide_up(run.total, run.piece), run_piece, &run);
  if (p->sums) finish_sums(&run, sums);
}
