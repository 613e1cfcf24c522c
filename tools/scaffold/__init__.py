"""Templates and options in, files of a new connector out."""
