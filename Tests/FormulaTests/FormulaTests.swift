// Tests of Formula.
