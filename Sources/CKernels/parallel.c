#include "parallel.h"

#include <stdlib.h>

int assay_threads_set(int count) { return 1; }
int assay_threads(void) { return 1; }

void assay_parallel(int64_t items, assay_body body, void *context) {
  for (int64_t item = 0; item < items; item++) body(context, item);
}

static _Thread_local void *scratch;
static _Thread_local int64_t scratch_size;

void *assay_scratch(int64_t bytes) {
  if (bytes > scratch_size) {
    void *larger = NULL;
    if (posix_memalign(&larger, 64, (size_t)bytes)) return NULL;
    free(scratch);
    scratch = larger;
    scratch_size = bytes;
  }
  return scratch;
}
