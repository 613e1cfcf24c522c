"""One file for each larger command."""
