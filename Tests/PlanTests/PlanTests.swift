// Tests of Plan.
