// What the machine can do at most, to compare kernels with: a loop of fused multiply-adds that never
// leaves the registers. (What memory can do, a plain copy shows.)
#ifndef ASSAY_PEAK_H
#define ASSAY_PEAK_H
#include <stdint.h>

// Runs `rounds` rounds on each thread of the pool; returns how many multiplications and additions
// all of them made.
int64_t assay_peak_fma(int64_t rounds);

#endif
