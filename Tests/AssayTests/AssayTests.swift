// Tests of Assay.
