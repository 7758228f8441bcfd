// The thread pool: splits a kernel's independent outputs over the cores.
#ifndef ASSAY_PARALLEL_H
#define ASSAY_PARALLEL_H
#include <stdbool.h>
#include <stdint.h>

// Work for one item; items write disjoint outputs, so that who runs which cannot change a bit.
typedef void (*assay_body)(void *context, int64_t item);

// Sets the number of threads, the caller included (1...1024), and returns the number that could be
// started. May be called again at any time: it waits for a running kernel. From inside a body it
// changes nothing.
int assay_threads_set(int count);

// The number of threads, the caller included: 1 until `assay_threads_set` is called.
int assay_threads(void);

// Runs body(context, 0 ..< items) on the pool and returns when all are done. A call from inside a
// body, or while another thread has the pool, runs its items on the calling thread.
void assay_parallel(int64_t items, assay_body body, void *context);

// From now on the calling thread runs all items of its kernels itself: for work behind a training,
// which must never keep the pool from it.
void assay_threads_leave(void);

// What a thread did of one kernel: from its first item's start to its last item's end, in
// nanoseconds of the monotonic clock. Lane 0 is the caller.
struct assay_share {
  int64_t lane, start, end;
};

// Writes down the threads' shares, for profiles, until there are `capacity` of them: NULL ends it.
// Not while a kernel runs.
void assay_shares_record(struct assay_share *shares, int64_t capacity);

// How many shares were written down since the recording began.
int64_t assay_shares_recorded(void);

// The calling thread's scratch memory, at least `bytes` large and 64-byte aligned, kept between
// calls (a step allocates nothing once each thread has grown it). The next call from the same
// thread may move or reuse it. Never NULL: without memory the process ends with a message.
void *assay_scratch(int64_t bytes);

// What the caller of `assay_parallel` shares with its items: the chunks' sums of products, images
// with their padding, and lists of products.
enum assay_shared {
  ASSAY_SHARED_SUMS,
  ASSAY_SHARED_IMAGES,
  ASSAY_SHARED_LIST,
  ASSAY_SHARED_BLOCKS
};

// Further blocks of the same kind, one for each use: the items may take `assay_scratch` without
// losing them.
void *assay_shared_scratch(enum assay_shared use, int64_t bytes);

// Whether every thread of the pool rounds to nearest and keeps subnormal numbers, as each written
// result assumes. Libraries built with fast-math are known to switch the latter off.
bool assay_float_environment_ok(void);

#endif
