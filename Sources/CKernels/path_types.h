// The vector types of one code path (no include guard: once per path).
#define vf PATH(vf)
#define vi PATH(vi)
#define vu PATH(vu)
#define vd PATH(vd)
#define vl PATH(vl)
typedef float vf __attribute__((vector_size(VL * 4), aligned(4)));
typedef int32_t vi __attribute__((vector_size(VL * 4), aligned(4)));
typedef uint32_t vu __attribute__((vector_size(VL * 4), aligned(4)));
typedef double vd __attribute__((vector_size(VL * 8), aligned(8)));
typedef int64_t vl __attribute__((vector_size(VL * 8), aligned(8)));
