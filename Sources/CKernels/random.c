#include "random.h"

#include <string.h>

#include "split.h"

enum {
  PHILOX_ROUNDS = 10,
  GROUP = 64,   // numbers of a group
  PIECE = 128,  // the least number of groups worth a thread
};

#define PHILOX_MULTIPLIER_0 0xD2511F53u
#define PHILOX_MULTIPLIER_1 0xCD9E8D57u
#define PHILOX_WEYL_0 0x9E3779B9u
#define PHILOX_WEYL_1 0xBB67AE85u

struct draw;

// Fills one group of GROUP four-byte numbers.
typedef void fill_group(void *out, const struct draw *draw, uint32_t group);

struct draw {
  fill_group *fill;
  char *out;
  int64_t count;
  int64_t groups_per_item;
  uint64_t seed, stream;
  uint32_t update;
};

struct random_kernels {
  fill_group *bits, *uniform, *normal;
};

#define FAMILY "random.inc"
#include "paths.h"

static const struct random_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(random_kernels);

void assay_philox(uint32_t out[4], const uint32_t counter[4], uint64_t key) {
  uint32_t c[4] = {counter[0], counter[1], counter[2], counter[3]};
  uint32_t first = (uint32_t)key, second = (uint32_t)(key >> 32);
  for (int round = 0; round < PHILOX_ROUNDS; round++) {
    const uint64_t p0 = (uint64_t)PHILOX_MULTIPLIER_0 * c[0];
    const uint64_t p1 = (uint64_t)PHILOX_MULTIPLIER_1 * c[2];
    c[0] = (uint32_t)(p1 >> 32) ^ c[1] ^ first;
    c[1] = (uint32_t)p1;
    c[2] = (uint32_t)(p0 >> 32) ^ c[3] ^ second;
    c[3] = (uint32_t)p0;
    first += PHILOX_WEYL_0;
    second += PHILOX_WEYL_1;
  }
  memcpy(out, c, sizeof c);
}

static void draw_item(void *context, int64_t item) {
  const struct draw *d = context;
  const int64_t end = (item + 1) * d->groups_per_item;
  for (int64_t group = item * d->groups_per_item; group < end; group++) {
    const int64_t left = d->count - group * GROUP;
    if (left <= 0) return;
    char *out = d->out + group * GROUP * 4;
    if (left >= GROUP) {
      d->fill(out, d, (uint32_t)group);
    } else {
      char last[GROUP * 4];
      d->fill(last, d, (uint32_t)group);
      memcpy(out, last, (size_t)left * 4);
    }
  }
}

static void draw(struct draw d) {
  const int64_t groups = divide_up(d.count, GROUP);
  const int64_t items = useful_items(groups, PIECE);
  d.groups_per_item = divide_up(groups, items);
  assay_parallel(items, draw_item, &d);
}

void assay_random_group(
    uint32_t out[GROUP], uint32_t group, uint64_t seed, uint64_t stream, uint32_t update) {
  const struct draw d = {.seed = seed, .stream = stream, .update = update};
  table[assay_path_current()]->bits(out, &d, group);
}

void assay_random_bits(
    uint32_t *out, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->bits, (char *)out, count, 0, seed, stream, update});
}

void assay_random_uniform(
    float *out, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->uniform, (char *)out, count, 0, seed, stream, update});
}

void assay_random_normal(
    float *out, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->normal, (char *)out, count, 0, seed, stream, update});
}
