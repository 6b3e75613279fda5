"""Key tables and shape rules, a file per family."""
