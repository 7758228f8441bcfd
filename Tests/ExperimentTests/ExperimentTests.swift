// Tests of Experiment.
