#include "scalar.h"

#include <stdint.h>
#include <string.h>

#pragma STDC FP_CONTRACT OFF

#define FMA __builtin_fma
#define INFINITE __builtin_inf()
#define NOT_A_NUMBER __builtin_nan("")
// ln 2 in two parts; the first has 21 zero bits at its end, so that its small multiples are exact.
#define LN2_HIGH 0x1.62e42feep-1
#define LN2_LOW 0x1.a39ef35793c76p-33
// Adding and subtracting this rounds to an integer.
#define ROUNDER 0x1.8p52

static double absolute(double x) { return __builtin_fabs(x); }

static double horner(double x, const double *coefficients, int count) {
  double p = coefficients[0];
  for (int i = 1; i < count; i++) p = FMA(p, x, coefficients[i]);
  return p;
}

static double power_of_two(int n) {
  uint64_t bits = (uint64_t)(n + 1023) << 52;
  double x;
  memcpy(&x, &bits, sizeof x);
  return x;
}

// x 2^n for |n| < 2000, rounded once.
static double scale(double x, int n) {
  const int half = n / 2;
  return x * power_of_two(half) * power_of_two(n - half);
}

// exp(x + low) = 2^n (1 + result) for |x| < 800 and a small low.
static double expm1_reduced(double x, double low, int *n) {
  static const double taylor[] = {
      1.0 / 6227020800, 1.0 / 479001600, 1.0 / 39916800, 1.0 / 3628800, 1.0 / 362880, 1.0 / 40320,
      1.0 / 5040,       1.0 / 720,       1.0 / 120,      1.0 / 24,      1.0 / 6,      1.0 / 2};
  const double count = x * 0x1.71547652b82fep0 + ROUNDER - ROUNDER;
  *n = (int)count;
  const double high = x - count * LN2_HIGH;
  const double rest = count * LN2_LOW - low;
  const double r = high - rest;
  const double lost = (high - r) - rest;
  return r + FMA(r * r, horner(r, taylor, 12), lost);
}

static double exp_sum(double x, double low) {
  if (x > 710) return INFINITE;
  if (x < -746) return 0;
  int n;
  const double p = expm1_reduced(x, low, &n);
  return scale(1 + p, n);
}

double assay_exp(double x) { return x != x ? x : exp_sum(x, 0); }

double assay_tanh(double x) {
  if (x != x || x == 0) return x;
  const double a = absolute(x) > 22 ? 44 : 2 * absolute(x);
  int n;
  const double p = expm1_reduced(a, 0, &n);
  const double e = FMA(power_of_two(n), p, power_of_two(n) - 1);
  return __builtin_copysign(e / (e + 2), x);
}

// x = 2^n m with m in [sqrt(1/2), sqrt(2)), for finite x > 0. Returns m - 1, which is exact.
static double split(double x, int *n) {
  int shift = 0;
  if (x < 0x1p-1022) {
    x *= 0x1p54;
    shift = -54;
  }
  uint64_t bits;
  memcpy(&bits, &x, sizeof bits);
  const int64_t exponent = ((int64_t)bits - 0x3fe6a09e667f3bcd) >> 52;
  bits -= (uint64_t)exponent << 52;
  memcpy(&x, &bits, sizeof x);
  *n = (int)exponent + shift;
  return x - 1;
}

double assay_log(double x) {
  // With s = f / (2 + f): log(1 + f) = f - s (f - r), where r = s^2 (2/3 + 2/5 s^2 + ...).
  static const double series[] = {2.0 / 23, 2.0 / 21, 2.0 / 19, 2.0 / 17, 2.0 / 15, 2.0 / 13,
                                  2.0 / 11, 2.0 / 9,  2.0 / 7,  2.0 / 5,  2.0 / 3};
  if (x != x || x == INFINITE) return x;
  if (x == 0) return -INFINITE;
  if (x < 0) return NOT_A_NUMBER;
  int n;
  const double f = split(x, &n);
  const double s = f / (2 + f);
  const double r = s * s * horner(s * s, series, 11);
  const double half = 0.5 * f * f;
  return n * LN2_HIGH - ((half - FMA(s, half + r, n * LN2_LOW)) - f);
}

// r + low = x - n pi/2 with |r| <= pi/4 (or little more), for |x| <= 2^50. Returns n mod 4.
static int reduce_half_pi(double x, double *r, double *low) {
  const double n = x * 0x1.45f306dc9c883p-1 + ROUNDER - ROUNDER;
  const double first = FMA(-n, 0x1.921fb54442d18p0, x);
  const double middle = n * 0x1.1a62633145c07p-54;
  const double lost = FMA(n, 0x1.1a62633145c07p-54, -middle);
  *r = first - middle;
  *low = ((first - *r) - middle) - lost - n * -0x1.f1976b7ed8fbcp-110;
  return (int)((int64_t)n & 3);
}

static double sin_reduced(double r, double low) {
  static const double taylor[] = {
      -1.0 / 121645100408832000, 1.0 / 355687428096000, -1.0 / 1307674368000, 1.0 / 6227020800,
      -1.0 / 39916800,           1.0 / 362880,          -1.0 / 5040,          1.0 / 120,
      -1.0 / 6};
  const double z = r * r;
  return r + FMA(z * r, horner(z, taylor, 9), low * (1 - 0.5 * z));
}

static double cos_reduced(double r, double low) {
  static const double taylor[] = {
      -1.0 / 6402373705728000, 1.0 / 20922789888000, -1.0 / 87178291200, 1.0 / 479001600,
      -1.0 / 3628800,          1.0 / 40320,          -1.0 / 720,         1.0 / 24};
  const double z = r * r;
  const double half = 0.5 * z;
  const double w = 1 - half;
  return w + (((1 - w) - half) + FMA(z * z, horner(z, taylor, 8), -r * low));
}

static double sin_quadrant(double x, int turn) {
  if (!(absolute(x) <= 0x1p50)) return NOT_A_NUMBER;
  double r, low;
  const int quadrant = reduce_half_pi(x, &r, &low) + turn;
  const double value = quadrant & 1 ? cos_reduced(r, low) : sin_reduced(r, low);
  return quadrant & 2 ? -value : value;
}

double assay_sin(double x) { return x == 0 ? x : sin_quadrant(x, 0); }

double assay_cos(double x) { return sin_quadrant(x, 1); }

// log(x) = result + low to about 2^-64 of itself, for finite x > 0:
// 2 s (1 + z (1/3 + z (1/5 + z / 7 + ...))) + n ln 2 with s = (m - 1) / (m + 1), z = s^2.
static double log_wide(double x, double *low) {
  static const double series[] = {1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17, 1.0 / 15,
                                  1.0 / 13, 1.0 / 11, 1.0 / 9,  1.0 / 7,  1.0 / 5};
  int n;
  const double f = split(x, &n);
  const double g = f + 2, g_low = f - (g - 2);
  const double s = f / g, s_low = (FMA(-s, g, f) - s * g_low) / g;
  const double z = s * s, z_low = FMA(s, s, -z) + 2 * s * s_low;
  const double tail = z * horner(z, series, 10);
  const double t = 1.0 / 3 + tail, t_low = (tail - (t - 1.0 / 3)) + 0x1.5555555555555p-56;
  const double u = z * t, u_low = FMA(z, t, -u) + (z * t_low + z_low * t);
  const double v = s * u, v_low = FMA(s, u, -v) + (s * u_low + s_low * u);
  const double h = s + v, h_low = ((s - h) + v) + (s_low + v_low);
  const double whole = n * LN2_HIGH;
  const double sum = whole + 2 * h;
  const double part = sum - whole;
  *low = ((whole - (sum - part)) + (2 * h - part)) + (2 * h_low + n * LN2_LOW);
  return sum;
}

// 0 where y is no integer, 1 where it is odd, 2 where it is even.
static int parity(double y) {
  if (absolute(y) >= 0x1p53) return 2;
  const int64_t n = (int64_t)y;
  if ((double)n != y) return 0;
  return n & 1 ? 1 : 2;
}

double assay_pow(double x, double y) {
  if (y == 0 || x == 1) return 1;
  if (x != x || y != y) return NOT_A_NUMBER;
  const double a = absolute(x);
  const double sign = __builtin_copysign(1, x) < 0 && parity(y) == 1 ? -1 : 1;
  if (absolute(y) == INFINITE) {
    if (a == 1) return 1;
    return (a > 1) == (y > 0) ? INFINITE : 0;
  }
  if (a == 0 || a == INFINITE) return (a == 0) == (y > 0) ? sign * 0 : sign * INFINITE;
  if (x < 0 && parity(y) == 0) return NOT_A_NUMBER;
  double low;
  const double high = log_wide(a, &low);
  const double product = y * high;
  if (absolute(product) > 800) return product > 0 ? sign * INFINITE : sign * 0;
  return sign * exp_sum(product, FMA(y, high, -product) + y * low);
}
