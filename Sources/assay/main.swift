// The command-line program.
