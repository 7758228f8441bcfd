#include "optimizer.h"

#include <string.h>

#include "split.h"

enum {
  PADDING = 16,  // the kernels work on multiples of this
  PIECE = 8192,  // the least number of elements worth a thread
};

// All that the formulas need, rounded to float32; those of no use to a formula are 0.
struct constants {
  float gradient_scale, clip_value, weight_decay, shrink, minimum, maximum;
  float minus_rate, momentum, beta1, one_minus_beta1, beta2, one_minus_beta2, epsilon, root;
  bool nesterov;
};

// The memory of an update: two kinds of state at most, NULL where there is none.
struct buffers {
  float *parameter;
  const float *gradient;
  float *first, *second;
};

typedef void update_kernel(const struct constants *c, const struct buffers *b, int64_t n);

struct optimizer_kernels {
  update_kernel *sgd, *adam, *rmsprop, *adagrad, *average;
};

#define FAMILY "optimizer.inc"
#include "paths.h"

static const struct optimizer_kernels *const table[ASSAY_PATH_COUNT] =
    PATH_TABLE(optimizer_kernels);

struct update {
  update_kernel *kernel;
  struct constants constants;
  struct buffers buffers;
  int64_t count, piece;
};

static struct constants make_constants(const struct assay_update *u, double rate) {
  return (struct constants){
      .gradient_scale = (float)u->gradient_scale,
      .clip_value = (float)u->clip_value,
      .weight_decay = (float)u->weight_decay,
      .shrink = (float)u->shrink,
      .minimum = (float)u->minimum,
      .maximum = (float)u->maximum,
      .minus_rate = (float)-rate,
  };
}

static struct buffers advanced(struct buffers b, int64_t offset) {
  b.parameter += offset;
  b.gradient += offset;
  if (b.first) b.first += offset;
  if (b.second) b.second += offset;
  return b;
}

// The last few elements, by way of padded copies.
static void update_rest(const struct update *u, struct buffers b, int64_t n) {
  float parameter[PADDING] = {0}, gradient[PADDING] = {0}, first[PADDING] = {0},
        second[PADDING] = {0};
  const size_t bytes = (size_t)n * sizeof(float);
  memcpy(parameter, b.parameter, bytes);
  memcpy(gradient, b.gradient, bytes);
  if (b.first) memcpy(first, b.first, bytes);
  if (b.second) memcpy(second, b.second, bytes);
  const struct buffers padded = {
      parameter, gradient, b.first ? first : NULL, b.second ? second : NULL};
  u->kernel(&u->constants, &padded, PADDING);
  memcpy(b.parameter, parameter, bytes);
  if (b.first) memcpy(b.first, first, bytes);
  if (b.second) memcpy(b.second, second, bytes);
}

static void update_item(void *context, int64_t item) {
  const struct update *u = context;
  const int64_t start = item * u->piece;
  const int64_t n = least(u->count - start, u->piece);
  const int64_t whole = n / PADDING * PADDING;
  const struct buffers b = advanced(u->buffers, start);
  u->kernel(&u->constants, &b, whole);
  if (whole < n) update_rest(u, advanced(b, whole), n - whole);
}

static void run(struct update u) {
  if (u.count == 0) return;
  u.piece = divide_up(divide_up(u.count, useful_items(u.count, PIECE)), PADDING) * PADDING;
  assay_parallel(divide_up(u.count, u.piece), update_item, &u);
}

void assay_sgd(
    float *parameter, const float *gradient, float *buffer, int64_t count,
    const struct assay_update *update, double rate, double momentum, bool nesterov) {
  struct constants c = make_constants(update, rate);
  c.momentum = (float)momentum;
  c.nesterov = nesterov;
  run((struct update){
      table[assay_path_current()]->sgd, c, {parameter, gradient, buffer, NULL}, count, 0});
}

void assay_adam_update(
    float *parameter, const float *gradient, float *m, float *v, int64_t count,
    const struct assay_update *update, const struct assay_adam *adam) {
  struct constants c = make_constants(update, adam->step);
  c.beta1 = (float)adam->beta1;
  c.one_minus_beta1 = (float)(1 - adam->beta1);
  c.beta2 = (float)adam->beta2;
  c.one_minus_beta2 = (float)(1 - adam->beta2);
  c.epsilon = (float)adam->epsilon;
  c.root = (float)adam->root;
  run((struct update){
      table[assay_path_current()]->adam, c, {parameter, gradient, m, v}, count, 0});
}

void assay_rmsprop(
    float *parameter, const float *gradient, float *v, float *buffer, int64_t count,
    const struct assay_update *update, double rate, double alpha, double epsilon,
    double momentum) {
  struct constants c = make_constants(update, rate);
  c.beta2 = (float)alpha;
  c.one_minus_beta2 = (float)(1 - alpha);
  c.epsilon = (float)epsilon;
  c.momentum = (float)momentum;
  run((struct update){
      table[assay_path_current()]->rmsprop, c, {parameter, gradient, v, buffer}, count, 0});
}

void assay_adagrad(
    float *parameter, const float *gradient, float *sum, int64_t count,
    const struct assay_update *update, double rate, double epsilon) {
  struct constants c = make_constants(update, rate);
  c.epsilon = (float)epsilon;
  run((struct update){
      table[assay_path_current()]->adagrad, c, {parameter, gradient, sum, NULL}, count, 0});
}

void assay_average(float *average, const float *parameter, int64_t count, double decay) {
  const struct constants c = {.beta1 = (float)decay, .one_minus_beta1 = (float)(1 - decay)};
  run((struct update){
      table[assay_path_current()]->average, c, {average, parameter, NULL, NULL}, count, 0});
}
