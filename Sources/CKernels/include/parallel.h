// The thread pool: splits a kernel's independent outputs over the cores.
#ifndef ASSAY_PARALLEL_H
#define ASSAY_PARALLEL_H
#include <stdint.h>

// Work for one item; items write disjoint outputs, so that who runs which cannot change a bit.
typedef void (*assay_body)(void *context, int64_t item);

// Sets the number of threads, the caller included (1...1024). Not to be called while kernels run.
// Returns the number that could be started.
int assay_threads_set(int count);

// The number of threads, the caller included: 1 until `assay_threads_set` is called.
int assay_threads(void);

// Runs body(context, 0 ..< items) on the pool and returns when all are done. A call from inside a
// body runs its items on the calling thread.
void assay_parallel(int64_t items, assay_body body, void *context);

// The calling thread's scratch memory, at least `bytes` large and 64-byte aligned, kept between
// calls (a step allocates nothing once each thread has grown it). NULL when memory is exhausted.
void *assay_scratch(int64_t bytes);

#endif
