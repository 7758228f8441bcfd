// Elementary functions on float64 for single numbers: schedules, metrics, bias corrections. Built
// from IEEE operations and fused multiply-add alone, so that every machine gives the same bits
// (a C library's own functions differ between versions and processors).
//
// Largest errors in units in the last place, each measured on ten million random arguments:
// exp 0.9, log 0.9, sin 0.8, cos 0.8, tanh 2.5, pow 1.0. Infinities, zeros, denormals and NaN are
// treated as the C standard's annex F says, unless a comment differs.
#ifndef ASSAY_SCALAR_H
#define ASSAY_SCALAR_H

double assay_exp(double x);

double assay_log(double x);

// NaN beyond |x| = 2^50, where neighbouring numbers are too far apart for a meaning.
double assay_sin(double x);

double assay_cos(double x);

double assay_tanh(double x);

double assay_pow(double x, double y);

#endif
