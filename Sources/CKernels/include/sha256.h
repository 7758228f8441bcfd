// The compression function of SHA-256 (FIPS 180-4, section 6.2.2): digests of checkpoints, metrics
// and data sets.
#ifndef ASSAY_SHA256_H
#define ASSAY_SHA256_H
#include <stdint.h>

// Folds `count` blocks of 64 bytes into `state`. Uses the CPU's SHA instructions where it has them.
void assay_sha256_blocks(uint32_t state[8], const uint8_t *blocks, int64_t count);

// The same in plain C: the reference that the fast way is tested against.
void assay_sha256_blocks_generic(uint32_t state[8], const uint8_t *blocks, int64_t count);

#endif
