// Runs every kernel family on fixed inputs, on each code path that the machine has, and prints a
// digest of the results for each: a port to another processor is right when its lines are the same.
//
// usage: digests THREADS   (prints `PATH FAMILY DIGEST`, a line each)
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "CKernels.h"

// What is digested of a family so far.
static struct {
  uint8_t *bytes;
  size_t count, capacity;
} results;

static void *take(int64_t floats) {
  void *memory = calloc((size_t)floats + 16, sizeof(float));
  if (!memory) exit(2);
  return memory;
}

static void add(const void *bytes, size_t count) {
  if (results.count + count + 128 > results.capacity) {
    results.capacity = 2 * (results.count + count) + 256;
    results.bytes = realloc(results.bytes, results.capacity);
    if (!results.bytes) exit(2);
  }
  memcpy(results.bytes + results.count, bytes, count);
  results.count += count;
}

// The payload and the sign of a NaN are not promised.
static void add_floats(const float *values, int64_t count) {
  for (int64_t i = 0; i < count; i++) {
    uint32_t word = 0x7fc00000;
    if (values[i] == values[i]) memcpy(&word, values + i, 4);
    add(&word, 4);
  }
}

static void add_double(double value) {
  uint64_t word = 0x7ff8000000000000;
  if (value == value) memcpy(&word, &value, 8);
  add(&word, 8);
}

static void finish(const char *family) {
  uint64_t bits = 8 * (uint64_t)results.count;
  uint8_t *end = results.bytes + results.count;
  size_t zeros = (119 - results.count % 64) % 64;
  *end++ = 0x80;
  memset(end, 0, zeros);
  end += zeros;
  for (int i = 0; i < 8; i++) *end++ = (uint8_t)(bits >> (56 - 8 * i));
  uint32_t state[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                       0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  assay_sha256_blocks(state, results.bytes, (end - results.bytes) / 64);
  printf("%s %s ", assay_path_name(assay_path_current()), family);
  for (int i = 0; i < 8; i++) printf("%08x", state[i]);
  printf("\n");
  fflush(stdout);
  results.count = 0;
}

// Numbers in -2 ..< 2 from integers alone, the same everywhere.
static float *numbers(int64_t count, uint64_t seed) {
  float *values = take(count);
  for (int64_t i = 0; i < count; i++) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    values[i] = (float)((int64_t)(seed >> 40) - (1 << 23)) * 0x1p-22f;
  }
  return values;
}

// Every 4099th pattern of a float: all magnitudes, infinities and NaN among them.
static float *patterns(int64_t *count) {
  *count = (1LL << 32) / 4099;
  float *values = take(*count);
  for (int64_t i = 0; i < *count; i++) {
    uint32_t word = (uint32_t)(i * 4099);
    memcpy(values + i, &word, 4);
  }
  return values;
}

static void elementwise(void) {
  int64_t count;
  float *x = patterns(&count), *y = numbers(count, 1), *z = numbers(count, 2);
  float *out = take(count);
  const int64_t strides[12] = {0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1};
  for (uint16_t code = 0; code < ASSAY_ELEMENTWISE_CODES; code++) {
    struct assay_instruction instruction = {code, 3, 0, 1, 2, 3};
    struct assay_elementwise program = {&instruction, 1, 3, 1, 0, {1, 1, 1, count}, strides,
                                        NULL, 0, 0};
    const float *inputs[3] = {x, y, z};
    float *outputs[1] = {out};
    if (!assay_elementwise_valid(&program)) {
      // Codes of fewer operands want zeros for the rest.
      instruction.c = 0;
      if (!assay_elementwise_valid(&program)) instruction.b = 0;
      if (!assay_elementwise_valid(&program)) instruction.a = 0;
    }
    if (!assay_elementwise_valid(&program)) exit(3);
    assay_elementwise(&program, outputs, inputs, NULL);
    add_floats(out, count);
  }
  // Rows that are added up on the way.
  enum { COLUMNS = 64 };
  const struct assay_instruction product = {ASSAY_MULTIPLY, 3, 1, 2, 0, 0};
  const uint16_t summed[1] = {3};
  const struct assay_elementwise rows = {
      &product, 1, 3, 1, 0, {1, 1, count / COLUMNS, COLUMNS},
      (const int64_t[12]){0, 0, COLUMNS, 1, 0, 0, COLUMNS, 1, 0, 0, COLUMNS, 1}, summed, 1, COLUMNS};
  float sums[COLUMNS];
  if (!assay_elementwise_valid(&rows)) exit(3);
  assay_elementwise(
      &rows, (float *const[1]){out}, (const float *const[3]){x, y, z}, (float *const[1]){sums});
  add_floats(out, count), add_floats(sums, COLUMNS);
  free(x), free(y), free(z), free(out);
  finish("elementwise");
}

static void matmul(void) {
  const int64_t shapes[][3] = {{1, 1, 1},    {3, 5, 7},     {16, 16, 16}, {61, 133, 700},
                               {64, 10, 128}, {2, 128, 64}, {128, 1, 600}, {37, 10, 1030},
                               {64, 100, 200}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    int64_t m = shapes[s][0], n = shapes[s][1], k = shapes[s][2];
    float *a = numbers(m * k, 3), *b = numbers(k * n, 4), *c = take(m * n);
    for (int transposes = 0; transposes < 4; transposes++) {
      assay_matmul(c, a, b, m, n, k, transposes & 1, transposes >> 1);
      add_floats(c, m * n);
    }
    free(a), free(b), free(c);
  }
  finish("matmul");
}

static void convolution(void) {
  // batch, height, width, in, out, kernel, stride, pad, dilation, groups
  const int64_t cases[][10] = {{2, 8, 8, 3, 8, 3, 1, 1, 1, 1},    {2, 9, 7, 1, 16, 4, 2, 1, 1, 1},
                               {1, 12, 12, 16, 4, 3, 1, 0, 2, 1}, {2, 8, 8, 6, 6, 3, 2, 1, 1, 6},
                               {2, 1, 1, 20, 32, 4, 1, 3, 1, 1},  {1, 10, 10, 8, 12, 5, 3, 2, 1, 4},
                               {2, 16, 16, 32, 48, 4, 2, 1, 1, 1}};
  for (size_t s = 0; s < sizeof cases / sizeof *cases; s++) {
    const int64_t *c = cases[s];
    int64_t oh = (c[1] + 2 * c[7] - c[8] * (c[5] - 1) - 1) / c[6] + 1;
    int64_t ow = (c[2] + 2 * c[7] - c[8] * (c[5] - 1) - 1) / c[6] + 1;
    struct assay_conv g = {c[0], c[1], c[2], c[3], oh,   ow,   c[4], c[5],
                           c[5], c[6], c[6], c[7], c[7], c[8], c[8], c[9]};
    int64_t in = c[0] * c[1] * c[2] * c[3], out = c[0] * oh * ow * c[4];
    int64_t weights = c[5] * c[5] * c[3] / c[9] * c[4];
    float *x = numbers(in, 5), *w = numbers(weights, 6), *dy = numbers(out, 7);
    float *y = take(out), *dx = take(in), *dw = take(weights);
    assay_conv_forward(y, x, w, &g);
    assay_conv_input_gradient(dx, dy, w, &g);
    assay_conv_weight_gradient(dw, x, dy, &g);
    add_floats(y, out), add_floats(dx, in), add_floats(dw, weights);
    free(x), free(w), free(dy), free(y), free(dx), free(dw);
  }
  finish("convolution");
}

static void reductions(void) {
  const int64_t shapes[][3] = {{1, 10000, 1}, {7, 333, 1}, {1, 2500, 40}, {5, 17, 3}, {64, 10, 1}};
  for (size_t s = 0; s < sizeof shapes / sizeof *shapes; s++) {
    int64_t outer = shapes[s][0], length = shapes[s][1], inner = shapes[s][2];
    float *x = numbers(outer * length * inner, 8), *y = take(outer * inner);
    assay_reduce_sum(y, x, outer, length, inner);
    add_floats(y, outer * inner);
    assay_reduce_max(y, x, outer, length, inner);
    add_floats(y, outer * inner);
    assay_reduce_argmax((int32_t *)y, x, outer, length, inner);
    add(y, (size_t)(outer * inner) * 4);
    free(x), free(y);
  }
  float *a = numbers(100003, 9), *b = numbers(100003, 10);
  add_double(assay_sum(a, 100003));
  add_double(assay_sum_of_squares(a, 100003));
  add_double(assay_dot(a, b, 100003));
  free(a), free(b);
  finish("reductions");
}

static void optimizers(void) {
  enum { COUNT = 5003 };
  const struct assay_update update = {0.7, 1.5, 0.01, 0.999, -1.8, 1.9};
  float *p = numbers(COUNT, 11), *g = numbers(COUNT, 12), *slots = take(6 * COUNT);
  for (int step = 1; step <= 3; step++) {
    const struct assay_adam adam = {0.5, 0.999, 1e-8, 2e-4 * step, 1.25 / step};
    assay_sgd(p, g, slots, COUNT, &update, 0.01, 0.9, true);
    assay_sgd(p, g, NULL, COUNT, &update, 0.01, 0, false);
    assay_adam_update(p, g, slots + COUNT, slots + 2 * COUNT, COUNT, &update, &adam);
    assay_rmsprop(p, g, slots + 3 * COUNT, slots + 4 * COUNT, COUNT, &update, 1e-3, 0.99, 1e-8, 0.5);
    assay_rmsprop(p, g, slots + 3 * COUNT, NULL, COUNT, &update, 1e-3, 0.99, 1e-8, 0);
    assay_adagrad(p, g, slots + 5 * COUNT, COUNT, &update, 1e-2, 1e-10);
    assay_average(g, p, COUNT, 0.99);
  }
  add_floats(p, COUNT), add_floats(g, COUNT), add_floats(slots, 6 * COUNT);
  free(p), free(g), free(slots);
  finish("optimizers");
}

static void pooling(void) {
  for (int64_t channels = 1; channels < 40; channels += 19) {
    const struct assay_pool pool = {2, 11, 9, channels, 6, 5, 3, 3, 2, 2, 1, 1, 1, 1};
    const struct assay_resize resize = {2, 11, 9, channels, 17, 6};
    int64_t in = 2 * 11 * 9 * channels, out = 2 * 6 * 5 * channels, resized = 2 * 17 * 6 * channels;
    float *x = numbers(in, 13), *g = numbers(in, 14), *dy = numbers(resized, 15);
    float *y = take(resized), *dx = take(in);
    assay_max_pool(y, x, &pool), add_floats(y, out);
    assay_max_pool_gradient(dx, x, dy, &pool), add_floats(dx, in);
    assay_max_pool_pick(y, x, g, &pool), add_floats(y, out);
    for (int padding = 0; padding < 2; padding++) {
      assay_average_pool(y, x, &pool, padding), add_floats(y, out);
      assay_average_pool_gradient(dx, dy, &pool, padding), add_floats(dx, in);
    }
    assay_resize_nearest(y, x, &resize), add_floats(y, resized);
    assay_resize_nearest_gradient(dx, dy, &resize), add_floats(dx, in);
    assay_resize_bilinear(y, x, &resize), add_floats(y, resized);
    assay_resize_bilinear_gradient(dx, dy, &resize), add_floats(dx, in);
    free(x), free(g), free(dy), free(y), free(dx);
  }
  finish("pooling");
}

static void draws(void) {
  enum { COUNT = 1 << 18 };
  float *x = take(COUNT);
  assay_random_bits((uint32_t *)x, 0, COUNT - 5, 42, 0x123456789abcdef, 7), add(x, 4 * COUNT);
  assay_random_uniform(x, 0, COUNT - 5, 42, 0x123456789abcdef, 7), add_floats(x, COUNT);
  assay_random_normal(x, 0, COUNT - 5, 42, 0x123456789abcdef, 7), add_floats(x, COUNT);
  free(x);
  finish("draws");
}

static void moves(void) {
  float *x = numbers(40 * 33 * 21, 16), *y = take(40 * 33 * 21);
  const int64_t dims[3] = {40, 33, 21}, in[3] = {693, 21, 1}, out[3] = {1, 40, 1320};
  const int32_t index[5] = {3, 0, 39, 7, 7};
  assay_copy_strided(y, x, 3, dims, out, in), add_floats(y, 40 * 33 * 21);
  assay_gather_rows(y, x, index, 5, 693), add_floats(y, 5 * 693);
  assay_gather_bytes(y, (const uint8_t *)x, index, 5, 693, 255), add_floats(y, 5 * 693);
  assay_one_hot(y, index, 5, 41), add_floats(y, 5 * 41);
  free(x), free(y);
  finish("moves");
}

static void scalars(void) {
  for (int i = -4000; i < 4000; i++) {
    double x = i * 0.17 + i * i * 1e-9;
    add_double(assay_exp(x)), add_double(assay_log(x)), add_double(assay_tanh(x));
    add_double(assay_sin(x)), add_double(assay_cos(x)), add_double(assay_pow(fabs(x), 0.37 * i));
  }
  finish("scalars");
}

int main(int count, char **words) {
  assay_threads_set(count > 1 ? atoi(words[1]) : 1);
  if (!assay_float_environment_ok()) return 4;
  for (int path = 0; path < ASSAY_PATH_COUNT; path++) {
    if (!assay_path_available(path)) continue;
    assay_path_force(path);
    elementwise(), matmul(), convolution(), reductions(), optimizers(), pooling(), draws(), moves();
    scalars();
  }
  return 0;
}
