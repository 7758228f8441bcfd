// Tests of Run.
