#include "random.h"

#include <string.h>

#include "split.h"

enum {
  PHILOX_ROUNDS = 10,
  GROUP = 64,       // numbers of a group
  GROUP_BITS = 28,  // of a group's number: it has 16 blocks, which 32 bits number
  PIECE = 128,      // the least number of groups worth a thread
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
  int64_t first, count;
  uint64_t seed, stream;
  uint32_t update;
  int64_t groups_per_item;
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

// Fills a group by its whole number: what GROUP_BITS have no room for is added to the update.
static void fill_group_at(void *out, const struct draw *d, int64_t group) {
  struct draw at = *d;
  at.update += (uint32_t)(group >> GROUP_BITS);
  at.fill(out, &at, (uint32_t)group & (UINT32_MAX >> (32 - GROUP_BITS)));
}

static void draw_item(void *context, int64_t item) {
  const struct draw *d = context;
  const int64_t begin = d->first / GROUP + item * d->groups_per_item;
  for (int64_t group = begin; group < begin + d->groups_per_item; group++) {
    // The group's numbers that are asked for, counted from the group's first.
    const int64_t from = group * GROUP < d->first ? d->first - group * GROUP : 0;
    const int64_t end = d->first + d->count - group * GROUP;
    if (end <= 0) return;
    char *out = d->out + (group * GROUP + from - d->first) * 4;
    if (from == 0 && end >= GROUP) {
      fill_group_at(out, d, group);
    } else {
      char whole[GROUP * 4];
      fill_group_at(whole, d, group);
      memcpy(out, whole + from * 4, (size_t)((end < GROUP ? end : GROUP) - from) * 4);
    }
  }
}

static void draw(struct draw d) {
  const int64_t groups = divide_up(d.first % GROUP + d.count, GROUP);
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
    uint32_t *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->bits, (char *)out, first, count, seed, stream, update, 0});
}

void assay_random_uniform(
    float *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->uniform, (char *)out, first, count, seed, stream, update, 0});
}

void assay_random_normal(
    float *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream, uint32_t update) {
  draw((struct draw){
      table[assay_path_current()]->normal, (char *)out, first, count, seed, stream, update, 0});
}
