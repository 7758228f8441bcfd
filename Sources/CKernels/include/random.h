// Random numbers as a function of (seed, stream, update, index): no generator, no state.
//
// Philox4x32-10 of Salmon et al., "Parallel random numbers: as easy as 1, 2, 3" (2011). The key is
// the seed (lower word first); the counter of block b is (b, update, stream's lower word, stream's
// upper word). Sixteen blocks make a group of 64 numbers:
//
//     number 64 g + 16 w + j comes from word w of block 16 g + j
//
// so each number depends on its index alone, and a draw can begin at any of them: a longer draw
// begins with a shorter one, and two draws of its halves give the whole. The block is a 32-bit word:
// what of the index is beyond 2^34 is added to the update.
#ifndef ASSAY_RANDOM_H
#define ASSAY_RANDOM_H
#include <stdint.h>

// The four words of one block: Philox4x32-10 of a counter (lowest word first) under a key.
void assay_philox(uint32_t out[4], const uint32_t counter[4], uint64_t key);

// The 64 words of a group, from its own place on.
void assay_random_group(
    uint32_t out[64], uint32_t group, uint64_t seed, uint64_t stream, uint32_t update);

// The words themselves, `count` of them from index `first` on.
void assay_random_bits(
    uint32_t *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream,
    uint32_t update);

// Uniform numbers in [0, 1): word >> 8, times 2^-24.
void assay_random_uniform(
    float *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream, uint32_t update);

// Standard normal numbers by Box and Muller: words 0 and 1 of a block, and words 2 and 3, give the
// pair r cos(2 pi v), r sin(2 pi v) in the places of the two words, where
//     r = sqrt(-2 log(u)), u = (first + 1/2) 2^-32 (the word rounded to float32, then one fused
//     multiply-add) and v = second 2^-32: the quarter turn nearest to v exactly, the rest rounded.
// |z| reaches 6.76. log, sin and cos are those of math.inc.
void assay_random_normal(
    float *out, int64_t first, int64_t count, uint64_t seed, uint64_t stream, uint32_t update);

#endif
