// Tests of Parts.
