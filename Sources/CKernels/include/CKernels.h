// All kernels, one header a family.
#ifndef ASSAY_CKERNELS_H
#define ASSAY_CKERNELS_H
#include "conv.h"
#include "dispatch.h"
#include "elementwise.h"
#include "gather.h"
#include "matmul.h"
#include "move.h"
#include "optimizer.h"
#include "parallel.h"
#include "peak.h"
#include "pooling.h"
#include "random.h"
#include "reduce.h"
#include "scalar.h"
#include "sha256.h"
#endif
