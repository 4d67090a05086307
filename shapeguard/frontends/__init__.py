"""Ways in: the command line, and what else calls the linter."""
