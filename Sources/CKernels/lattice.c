#include "lattice.h"

#include <stdbool.h>

static struct lattice joined(struct lattice lattice, bool near) {
  const int64_t counts[] = {lattice.inner, lattice.middle, ASSAY_ENDLESS};
  const int64_t steps[] = {lattice.step, lattice.run_step, lattice.row_step};
  int64_t count[3] = {ASSAY_ENDLESS, ASSAY_ENDLESS, 0}, step[3] = {0, 0, 0};
  int levels = 0;
  for (int level = 0; level < 3; level++) {
    if (counts[level] == 1 && !(near && level == 0)) continue;
    if (levels > 0 && count[levels - 1] == ASSAY_ENDLESS) break;  // nothing lies beyond
    if (levels > 0 && steps[level] == count[levels - 1] * step[levels - 1]) {
      bool ends = counts[level] != ASSAY_ENDLESS;
      count[levels - 1] = ends ? count[levels - 1] * counts[level] : ASSAY_ENDLESS;
      continue;
    }
    count[levels] = counts[level];
    step[levels++] = steps[level];
  }
  return (struct lattice){count[0], count[1], step[0], step[1], step[2]};
}

struct lattice assay_lattice(struct lattice lattice) { return joined(lattice, false); }
struct lattice assay_near_lattice(struct lattice lattice) { return joined(lattice, true); }
