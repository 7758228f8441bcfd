// A pool that hands out tickets. The caller posts a job, takes items itself like any worker, and
// then waits only for items that somebody has claimed: a worker that is still asleep costs nothing.
#define _GNU_SOURCE
#include "parallel.h"

#include <float.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

enum { MAX_THREADS = 1024, MAX_ITEMS = 1 << 30, SPINS = 2000 };

static struct {
  // Items of the job << 32 | next item. Claiming is one add; `body` and `context` are read only
  // after a claim succeeded, and stay until all claimed items are done.
  _Alignas(64) atomic_uint_fast64_t ticket;
  _Alignas(64) atomic_int_fast64_t done;
  assay_body body;
  void *context;
  int64_t first;

  _Alignas(64) atomic_int sleepers;
  atomic_bool caller_sleeps;
  atomic_bool stop;
  atomic_int threads;
  int spins;
  pthread_t workers[MAX_THREADS];
  pthread_mutex_t lock;
  pthread_cond_t posted;
  pthread_cond_t finished;
  pthread_mutex_t owner;
} pool = {
    .threads = 1,
    .lock = PTHREAD_MUTEX_INITIALIZER,
    .posted = PTHREAD_COND_INITIALIZER,
    .finished = PTHREAD_COND_INITIALIZER,
    .owner = PTHREAD_MUTEX_INITIALIZER,
};

static _Thread_local bool inside;
static _Thread_local int lane;

// Where shares are written down; NULL unless somebody looks.
static struct {
  _Atomic(struct assay_share *) shares;
  atomic_int_fast64_t count;
  int64_t capacity;
} record;

static void relax(void) {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#elif defined(__aarch64__)
  __asm__ volatile("yield");
#endif
}

static bool has_items(void) {
  uint64_t ticket = atomic_load(&pool.ticket);
  return (uint32_t)ticket < ticket >> 32;
}

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec * INT64_C(1000000000) + time.tv_nsec;
}

static void write_down(struct assay_share *shares, int64_t start) {
  int64_t place = atomic_fetch_add(&record.count, 1);
  if (place < record.capacity) shares[place] = (struct assay_share){lane, start, now()};
}

// Runs items of the posted job until none is left; returns how many it ran.
static int64_t drain(void) {
  struct assay_share *shares = atomic_load_explicit(&record.shares, memory_order_relaxed);
  int64_t ran = 0, start = 0;
  while (has_items()) {
    uint64_t ticket = atomic_fetch_add(&pool.ticket, 1);
    if ((uint32_t)ticket >= ticket >> 32) break;
    if (shares && !ran) start = now();
    pool.body(pool.context, pool.first + (uint32_t)ticket);
    ran++;
  }
  if (shares && ran) write_down(shares, start);
  return ran;
}

static void report(int64_t ran) {
  if (!ran) return;
  atomic_fetch_add(&pool.done, ran);
  if (!atomic_load(&pool.caller_sleeps)) return;
  pthread_mutex_lock(&pool.lock);
  pthread_cond_signal(&pool.finished);
  pthread_mutex_unlock(&pool.lock);
}

static void sleep_until_posted(void) {
  pthread_mutex_lock(&pool.lock);
  atomic_fetch_add(&pool.sleepers, 1);
  while (!has_items() && !atomic_load(&pool.stop)) pthread_cond_wait(&pool.posted, &pool.lock);
  atomic_fetch_sub(&pool.sleepers, 1);
  pthread_mutex_unlock(&pool.lock);
}

static void *work(void *number) {
  inside = true;
  lane = (int)(intptr_t)number;
  while (!atomic_load(&pool.stop)) {
    report(drain());
    for (int spin = 0; spin < pool.spins && !has_items(); spin++) relax();
    if (!has_items()) sleep_until_posted();
  }
  return NULL;
}

static void wait_for(int64_t items) {
  for (int spin = 0; spin < pool.spins; spin++) {
    if (atomic_load(&pool.done) == items) return;
    relax();
  }
  pthread_mutex_lock(&pool.lock);
  atomic_store(&pool.caller_sleeps, true);
  while (atomic_load(&pool.done) != items) pthread_cond_wait(&pool.finished, &pool.lock);
  atomic_store(&pool.caller_sleeps, false);
  pthread_mutex_unlock(&pool.lock);
}

static void wake_workers(void) {
  if (!atomic_load(&pool.sleepers)) return;
  pthread_mutex_lock(&pool.lock);
  pthread_cond_broadcast(&pool.posted);
  pthread_mutex_unlock(&pool.lock);
}

// Runs at most MAX_ITEMS items on all threads. The caller owns the pool.
static void run_job(int64_t first, int64_t items, assay_body body, void *context) {
  pool.first = first;
  pool.body = body;
  pool.context = context;
  atomic_store(&pool.done, 0);
  atomic_store(&pool.ticket, (uint64_t)items << 32);
  wake_workers();
  inside = true;
  int64_t ran = drain();
  inside = false;
  wait_for(items - ran);
}

int assay_threads(void) { return atomic_load_explicit(&pool.threads, memory_order_relaxed); }

void assay_parallel(int64_t items, assay_body body, void *context) {
  bool alone = items < 2 || inside || assay_threads() == 1;
  if (alone || pthread_mutex_trylock(&pool.owner)) {
    for (int64_t item = 0; item < items; item++) body(context, item);
    return;
  }
  for (int64_t first = 0; first < items; first += MAX_ITEMS) {
    run_job(first, items - first < MAX_ITEMS ? items - first : MAX_ITEMS, body, context);
  }
  pthread_mutex_unlock(&pool.owner);
}

void assay_threads_leave(void) { inside = true; }

static void stop_workers(void) {
  int threads = atomic_load(&pool.threads);
  pthread_mutex_lock(&pool.lock);
  atomic_store(&pool.stop, true);
  pthread_cond_broadcast(&pool.posted);
  pthread_mutex_unlock(&pool.lock);
  for (int worker = 1; worker < threads; worker++) pthread_join(pool.workers[worker], NULL);
  atomic_store(&pool.stop, false);
}

// Spinning pays only while every thread has a core of its own.
static int spins_for(int threads) {
  cpu_set_t cores;
  return sched_getaffinity(0, sizeof cores, &cores) == 0 && threads > CPU_COUNT(&cores) ? 0 : SPINS;
}

int assay_threads_set(int count) {
  if (inside) return assay_threads();
  pthread_mutex_lock(&pool.owner);
  stop_workers();
  if (count > MAX_THREADS) count = MAX_THREADS;
  pool.spins = spins_for(count);
  int started = 1;
  while (started < count &&
         !pthread_create(&pool.workers[started], NULL, work, (void *)(intptr_t)started)) {
    started++;
  }
  atomic_store(&pool.threads, started);
  pthread_mutex_unlock(&pool.owner);
  return started;
}

void assay_shares_record(struct assay_share *shares, int64_t capacity) {
  record.capacity = capacity;
  atomic_store(&record.count, 0);
  atomic_store(&record.shares, shares);
}

int64_t assay_shares_recorded(void) {
  int64_t count = atomic_load(&record.count);
  return count < record.capacity ? count : record.capacity;
}

// Scratch memory

struct block {
  void *start;
  int64_t size;
};

struct blocks {
  struct block own, shared[ASSAY_SHARED_BLOCKS];
};

static pthread_key_t blocks_key;
static pthread_once_t blocks_once = PTHREAD_ONCE_INIT;
static _Thread_local struct blocks blocks;

static void free_blocks(void *value) {
  struct blocks *ending = value;
  free(ending->own.start);
  for (int i = 0; i < ASSAY_SHARED_BLOCKS; i++) free(ending->shared[i].start);
}

static void make_key(void) { pthread_key_create(&blocks_key, free_blocks); }

static void *grow(struct block *block, int64_t bytes) {
  if (bytes <= block->size && block->start) return block->start;
  free(block->start);
  *block = (struct block){NULL, 0};
  if (posix_memalign(&block->start, 64, (size_t)(bytes > 64 ? bytes : 64))) {
    fprintf(stderr, "error: no memory for %lld bytes of scratch\n", (long long)bytes);
    _Exit(1);
  }
  block->size = bytes;
  pthread_once(&blocks_once, make_key);
  pthread_setspecific(blocks_key, &blocks);
  return block->start;
}

void *assay_scratch(int64_t bytes) { return grow(&blocks.own, bytes); }

void *assay_shared_scratch(enum assay_shared use, int64_t bytes) {
  return grow(&blocks.shared[use], bytes);
}

// The floating-point environment

// Volatile, so that nothing is folded at compile time.
static bool environment_ok(void) {
  volatile float least = FLT_TRUE_MIN, normal = FLT_MIN, one = 1, half_step = 0x1p-24f;
  volatile float halved = normal * 0.5f, scaled = least * 0x1p30f;
  volatile float tie = one + half_step, tie_below = -one - half_step;
  volatile float above_tie = one + 1.5f * half_step;
  bool subnormals = halved == FLT_MIN / 2 && scaled == FLT_TRUE_MIN * 0x1p30f;
  return subnormals && tie == 1 && tie_below == -1 && above_tie == 1 + 0x1p-23f;
}

struct roll_call {
  int threads;
  atomic_int arrived, sound;
};

// Waits for all others, so that each thread answers exactly once.
static void answer(void *context, int64_t item) {
  (void)item;
  struct roll_call *call = context;
  if (environment_ok()) atomic_fetch_add(&call->sound, 1);
  atomic_fetch_add(&call->arrived, 1);
  while (atomic_load(&call->arrived) < call->threads) sched_yield();
}

bool assay_float_environment_ok(void) {
  if (inside) return environment_ok();
  pthread_mutex_lock(&pool.owner);
  struct roll_call call = {.threads = assay_threads()};
  run_job(0, call.threads, answer, &call);
  pthread_mutex_unlock(&pool.owner);
  return call.sound == call.threads;
}
