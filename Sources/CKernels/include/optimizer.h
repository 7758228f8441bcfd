// Optimiser updates, each one pass over flat buffers of `count` float32: parameter p, gradient g
// and the optimiser's own state. PyTorch's formulas.
//
// Constants arrive in float64 and are rounded once to float32, 1 - beta after the subtraction.
// Every operation of a formula is rounded as written; fma(a, b, c) = a b + c is rounded once.
// Elements are independent, so no split can change a bit. State starts as zeros.
#ifndef ASSAY_OPTIMIZER_H
#define ASSAY_OPTIMIZER_H
#include <stdbool.h>
#include <stdint.h>

// What every update does around its own formula, in this order:
//     g = gradient_scale g
//     g = g clamped to -clip_value ... clip_value
//     g = fma(weight_decay, p, g)
//     p = shrink p
//     the formula
//     p = p clamped to minimum ... maximum
// A NaN stays NaN through a clamp.
struct assay_update {
  double gradient_scale;    // clipping by norm; 1: none
  double clip_value;        // Inf: none
  double weight_decay;      // L2; 0: none
  double shrink;            // decoupled weight decay, 1 - rate * decay; 1: none
  double minimum, maximum;  // a constraint on weights; -Inf, Inf: none
};

// b = fma(momentum, b, g);  d = nesterov ? fma(momentum, b, g) : b;  p = fma(-rate, d, p)
// `buffer` (b) may be NULL where momentum is 0: then d = g.
void assay_sgd(
    float *parameter, const float *gradient, float *buffer, int64_t count,
    const struct assay_update *update, double rate, double momentum, bool nesterov);

// m = fma(beta1, m, (1 - beta1) g);  v = fma(beta2, v, ((1 - beta2) g) g)
// p = fma(-step, m / fma(sqrt(v), root, epsilon), p)
// The caller corrects the bias: after t updates step = rate / (1 - beta1^t) and
// root = 1 / sqrt(1 - beta2^t). With `shrink`: AdamW.
struct assay_adam {
  double beta1, beta2, epsilon, step, root;
};

void assay_adam_update(
    float *parameter, const float *gradient, float *m, float *v, int64_t count,
    const struct assay_update *update, const struct assay_adam *adam);

// v = fma(alpha, v, ((1 - alpha) g) g);  d = g / (sqrt(v) + epsilon)
// b = fma(momentum, b, d);  p = fma(-rate, b, p)
// `buffer` (b) may be NULL where momentum is 0: then p = fma(-rate, d, p).
void assay_rmsprop(
    float *parameter, const float *gradient, float *v, float *buffer, int64_t count,
    const struct assay_update *update, double rate, double alpha, double epsilon,
    double momentum);

// s = fma(g, g, s);  p = fma(-rate, g / (sqrt(s) + epsilon), p)
void assay_adagrad(
    float *parameter, const float *gradient, float *sum, int64_t count,
    const struct assay_update *update, double rate, double epsilon);

// average = fma(decay, average, (1 - decay) parameter)
void assay_average(float *average, const float *parameter, int64_t count, double decay);

#endif
