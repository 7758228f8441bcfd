// Chains of elementwise operations in one pass over memory.
//
// A program is a list of instructions on numbered operands: first the inputs, then the outputs,
// then the temporaries. It runs block by block over a row-major space of up to four dimensions;
// temporaries live in the nearest cache. Each element's result depends on that element's inputs
// alone, by the operations below in the order of the program: neither blocks nor threads nor the
// code path can change a bit.
//
// Operands can be added up on the way: the sum over all rows of the space, column by column, as
// `assay_reduce_sum` gives it, without a tensor written and read again.
#ifndef ASSAY_ELEMENTWISE_H
#define ASSAY_ELEMENTWISE_H
#include <stdbool.h>
#include <stdint.h>

// What an instruction does with its operands a, b, c and its immediate number i. All on float32,
// rounded once per operation. Errors in units in the last place (of the exact result) are the
// largest ones measured; comparisons with a NaN are false, so its step functions are 0.
enum assay_elementwise_code {
  ASSAY_ADD,       // a + b
  ASSAY_SUBTRACT,  // a - b
  ASSAY_MULTIPLY,  // a b
  ASSAY_DIVIDE,    // a / b
  ASSAY_MAXIMUM,   // a > b ? a : b, NaN where either is; of two equal zeros b
  ASSAY_MINIMUM,   // a < b ? a : b, NaN where either is; of two equal zeros b
  ASSAY_FMA,       // a b + c, rounded once
  ASSAY_SELECT,    // a != 0 ? b : c (b where a is NaN)

  ASSAY_GREATER,        // a > b ? 1 : 0
  ASSAY_GREATER_EQUAL,  // a >= b ? 1 : 0
  ASSAY_LESS,           // a < b ? 1 : 0
  ASSAY_EQUAL,          // a == b ? 1 : 0

  ASSAY_COPY,         // a
  ASSAY_NEGATE,       // -a, the sign flipped on zeros too
  ASSAY_ABSOLUTE,     // |a|
  ASSAY_SIGN,         // 1, -1, or a itself where a is a zero or NaN
  ASSAY_FLOOR,        // the largest integer that is not above a
  ASSAY_SQUARE,       // a a
  ASSAY_RECIPROCAL,   // 1 / a
  ASSAY_SQUARE_ROOT,  // the IEEE square root: NaN below 0
  ASSAY_RELU,         // a < 0 ? 0 : a (keeps NaN and -0)
  ASSAY_EXP,          // 1.1 ulp; 0 below about -103.97, Inf above about 88.72
  ASSAY_EXPM1,        // exp(a) - 1, 1.5 ulp
  ASSAY_LOG,          // 1.0 ulp; -Inf at 0, NaN below
  ASSAY_TANH,         // 2.5 ulp
  ASSAY_SIGMOID,      // 1 / (1 + exp(-a)), 2.4 ulp
  ASSAY_SOFTPLUS,     // log(1 + exp(a)), 1.9 ulp
  ASSAY_LOG_SIGMOID,  // -softplus(-a), 1.9 ulp
  ASSAY_ERF,          // 1.1 ulp
  ASSAY_SIN,          // 1.7 ulp for |a| <= 2^50, NaN beyond
  ASSAY_COS,          // 1.9 ulp for |a| <= 2^50, NaN beyond

  ASSAY_CONSTANT,            // i
  ASSAY_ADD_IMMEDIATE,       // a + i
  ASSAY_MULTIPLY_IMMEDIATE,  // a i
  ASSAY_LEAKY_RELU,          // a > 0 ? a : a i
  // a^n for the integer n = i (-2^24 to 2^24) by repeated multiplication: a is squared once per
  // binary digit of |n|, lowest digit first, and the powers whose digit is 1 are multiplied in that
  // order; 1 divided by that product for n < 0; 1 for n = 0.
  ASSAY_POWER_INTEGER,
  ASSAY_ELEMENTWISE_CODES,
};

// One operation. `destination`, a, b, c number operands: inputs 0 ..< inputs, then outputs, then
// temporaries; those that the code does not read are 0.
struct assay_instruction {
  uint16_t code, destination, a, b, c;
  float immediate;
};

enum {
  ASSAY_ELEMENTWISE_INPUTS = 16,
  ASSAY_ELEMENTWISE_OUTPUTS = 8,
  ASSAY_ELEMENTWISE_TEMPORARIES = 24,
  ASSAY_ELEMENTWISE_SUMS = 8,
};

// A program and the space it runs over.
struct assay_elementwise {
  const struct assay_instruction *instructions;
  int32_t count;
  int32_t inputs, outputs, temporaries;  // at most the limits above
  int64_t dims[4];                       // outermost first, unused ones 1
  // inputs x 4: the step of each input along each dimension in elements, 0 where it is repeated.
  const int64_t *strides;
  // The operands (outputs or temporaries) whose rows are added up, and the length of a row: a power
  // of two from 16 to 512 that divides the space.
  const uint16_t *summed;
  int32_t sums;
  int64_t columns;
};

// Whether the program is within the limits, reads only inputs and operands written before, and
// writes only outputs and temporaries, every output and every operand that is summed among them.
bool assay_elementwise_valid(const struct assay_elementwise *program);

// Runs a valid program. Outputs are contiguous over the whole space. An output may be the same
// memory as an input that is contiguous too, if no later instruction reads that input after the
// output is written. Each of `sums` is a row, the sum of an operand's rows as the program leaves it.
void assay_elementwise(
    const struct assay_elementwise *program, float *const *outputs, const float *const *inputs,
    float *const *sums);

#endif
