// Compiles one family of kernels once per code path. A family `foo.c` says
//
//     #define FAMILY "foo.inc"
//     #include "paths.h"
//     static const struct foo_kernels *const table[ASSAY_PATH_COUNT] = PATH_TABLE(foo_kernels);
//
// and `foo.inc` defines its functions as `static void PATH(name)(...)`, written with `vf`, `vi` and
// `VL`, and ends with `static const struct foo_kernels PATH(foo_kernels) = {...};`.
//
// One source, the same operations on every lane: the paths differ in width alone, and so give the
// same bits (DESIGN: only IEEE operations and explicit fused multiply-add; no contraction).
#pragma STDC FP_CONTRACT OFF
#include <stdbool.h>
#include <stdint.h>
#include <stddef.h>
#include "dispatch.h"

#define PATH_JOIN2(a, b) a##_##b
#define PATH_JOIN(a, b) PATH_JOIN2(a, b)

#if defined(__x86_64__)

#define PATH_TABLE(s) \
  {[ASSAY_PATH_GENERIC] = &s##_generic, [ASSAY_PATH_AVX2] = &s##_avx2, \
   [ASSAY_PATH_AVX512] = &s##_avx512}

#define VL 16
#define PATH(name) PATH_JOIN(name, avx512)
#pragma clang attribute push(__attribute__((target("avx512f,avx512dq,avx512bw,avx512vl,avx2,fma"))), apply_to = function)
#include "path_types.h"
#include FAMILY
#include "path_types_end.h"
#pragma clang attribute pop

#define VL 8
#define PATH(name) PATH_JOIN(name, avx2)
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#include "path_types.h"
#include FAMILY
#include "path_types_end.h"
#pragma clang attribute pop

#elif defined(__aarch64__)

#define PATH_TABLE(s) {[ASSAY_PATH_GENERIC] = &s##_generic, [ASSAY_PATH_NEON] = &s##_neon}

#define VL 4
#define PATH(name) PATH_JOIN(name, neon)
#include "path_types.h"
#include FAMILY
#include "path_types_end.h"

#else

#define PATH_TABLE(s) {[ASSAY_PATH_GENERIC] = &s##_generic}

#endif

#define VL 4
#define PATH(name) PATH_JOIN(name, generic)
#include "path_types.h"
#include FAMILY
#include "path_types_end.h"
