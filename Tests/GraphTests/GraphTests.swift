// Tests of Graph.
