"""One file for each family of tools; a handler is glue around one function of tools/."""
