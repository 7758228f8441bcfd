// Where numbered elements lie in memory: at equal distances, in runs, in rows of runs. The rows and
// columns of matrices, the windows of images and their taps all lie so.
#ifndef ASSAY_LATTICE_H
#define ASSAY_LATTICE_H
#include <stdint.h>

struct lattice {
  int64_t inner, middle;             // elements of a run, runs of a row; rows as many as needed
  int64_t step, run_step, row_step;  // floats from one element, run and row to the next
};

#define ASSAY_ENDLESS (INT64_MAX / 4)

// Elements at equal distances.
static inline struct lattice assay_line(int64_t step) {
  return (struct lattice){ASSAY_ENDLESS, ASSAY_ENDLESS, step, 0, 0};
}

// The same places in as long runs as there are. The second is for elements side by side: its runs
// have distance 1.
struct lattice assay_lattice(struct lattice lattice);
struct lattice assay_near_lattice(struct lattice lattice);

static inline int64_t assay_offset(const struct lattice *l, int64_t index) {
  int64_t run = index / l->inner;
  return index % l->inner * l->step + run % l->middle * l->run_step +
         run / l->middle * l->row_step;
}

// The elements of the same run from `index` on, at most `most`.
static inline int64_t assay_run(const struct lattice *l, int64_t index, int64_t most) {
  int64_t left = l->inner - index % l->inner;
  return left < most ? left : most;
}

#endif
