// The vector types of one code path (no include guard: once per path).
#define vf PATH(vf)
#define vi PATH(vi)
#define vu PATH(vu)
typedef float vf __attribute__((vector_size(VL * 4), aligned(4)));
typedef int32_t vi __attribute__((vector_size(VL * 4), aligned(4)));
typedef uint32_t vu __attribute__((vector_size(VL * 4), aligned(4)));
