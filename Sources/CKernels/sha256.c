#include "sha256.h"

#if defined(__x86_64__)
#include <cpuid.h>
#include <immintrin.h>
#include <stdbool.h>
#endif

// The first 32 bits of the fractions of the cube roots of the first 64 primes.
static const uint32_t constants[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static inline uint32_t rotate(uint32_t x, int bits) { return x >> bits | x << (32 - bits); }

static inline uint32_t big_endian(const uint8_t *bytes) {
  return (uint32_t)bytes[0] << 24 | (uint32_t)bytes[1] << 16 | (uint32_t)bytes[2] << 8 | bytes[3];
}

static void schedule(uint32_t w[64], const uint8_t *block) {
  for (int t = 0; t < 16; t++) w[t] = big_endian(block + 4 * t);
  for (int t = 16; t < 64; t++) {
    uint32_t s0 = rotate(w[t - 15], 7) ^ rotate(w[t - 15], 18) ^ w[t - 15] >> 3;
    uint32_t s1 = rotate(w[t - 2], 17) ^ rotate(w[t - 2], 19) ^ w[t - 2] >> 10;
    w[t] = w[t - 16] + s0 + w[t - 7] + s1;
  }
}

void assay_sha256_blocks_generic(uint32_t state[8], const uint8_t *blocks, int64_t count) {
  for (; count > 0; count--, blocks += 64) {
    uint32_t w[64], s[8];
    schedule(w, blocks);
    for (int i = 0; i < 8; i++) s[i] = state[i];
    // The eight variables stay where they are and their names move on: unrolled by eight, each is a
    // register.
#pragma clang loop unroll_count(8)
    for (int t = 0; t < 64; t++) {
      uint32_t a = s[-t & 7], b = s[(1 - t) & 7], c = s[(2 - t) & 7];
      uint32_t e = s[(4 - t) & 7], f = s[(5 - t) & 7], g = s[(6 - t) & 7];
      uint32_t s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25);
      uint32_t s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22);
      uint32_t t1 = s[(7 - t) & 7] + s1 + ((e & f) ^ (~e & g)) + constants[t] + w[t];
      s[(3 - t) & 7] += t1;
      s[(7 - t) & 7] = t1 + s0 + ((a & b) ^ (a & c) ^ (b & c));
    }
    for (int i = 0; i < 8; i++) state[i] += s[i];
  }
}

#if defined(__x86_64__)
#define SHA_INSTRUCTIONS __attribute__((target("sha,sse4.1")))

// The instructions keep the state as (a b e f) and (c d g h), high word first.
SHA_INSTRUCTIONS static void blocks_x86(uint32_t state[8], const uint8_t *blocks, int64_t count) {
  const __m128i swap = _mm_set_epi64x(0x0c0d0e0f08090a0b, 0x0405060700010203);
  __m128i abcd = _mm_loadu_si128((const __m128i *)state);
  __m128i efgh = _mm_loadu_si128((const __m128i *)(state + 4));
  abcd = _mm_shuffle_epi32(abcd, 0xb1);
  efgh = _mm_shuffle_epi32(efgh, 0x1b);
  __m128i abef = _mm_alignr_epi8(abcd, efgh, 8);
  __m128i cdgh = _mm_blend_epi16(efgh, abcd, 0xf0);
  for (; count > 0; count--, blocks += 64) {
    __m128i w[4], abef_before = abef, cdgh_before = cdgh;
    for (int i = 0; i < 4; i++) {
      w[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)(blocks + 16 * i)), swap);
    }
#pragma clang loop unroll(full)
    for (int t = 0; t < 16; t++) {
      if (t >= 4) {
        __m128i *v = &w[t % 4], last = w[(t + 3) % 4];
        __m128i middle = _mm_alignr_epi8(last, w[(t + 2) % 4], 4);
        *v = _mm_add_epi32(_mm_sha256msg1_epu32(*v, w[(t + 1) % 4]), middle);
        *v = _mm_sha256msg2_epu32(*v, last);
      }
      __m128i k = _mm_loadu_si128((const __m128i *)(constants + 4 * t));
      __m128i wk = _mm_add_epi32(w[t % 4], k);
      cdgh = _mm_sha256rnds2_epu32(cdgh, abef, wk);
      abef = _mm_sha256rnds2_epu32(abef, cdgh, _mm_shuffle_epi32(wk, 0x0e));
    }
    abef = _mm_add_epi32(abef, abef_before);
    cdgh = _mm_add_epi32(cdgh, cdgh_before);
  }
  __m128i feba = _mm_shuffle_epi32(abef, 0x1b);
  __m128i dchg = _mm_shuffle_epi32(cdgh, 0xb1);
  _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xf0));
  _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

static bool has_sha_instructions(void) {
  unsigned a, b, c, d;
  return __get_cpuid_count(7, 0, &a, &b, &c, &d) && b >> 29 & 1 &&
         __get_cpuid(1, &a, &b, &c, &d) && c >> 19 & 1;
}
#endif

void assay_sha256_blocks(uint32_t state[8], const uint8_t *blocks, int64_t count) {
#if defined(__x86_64__)
  // cpuid may trap into a hypervisor (microseconds): asked once. Every thread finds the same.
  static _Atomic int known = -1;
  if (known < 0) known = has_sha_instructions();
  if (known) {
    blocks_x86(state, blocks, count);
    return;
  }
#endif
  assay_sha256_blocks_generic(state, blocks, count);
}
