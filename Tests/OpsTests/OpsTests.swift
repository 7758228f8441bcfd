// Tests of Ops.
