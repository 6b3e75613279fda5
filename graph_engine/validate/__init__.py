"""Structure and type checks: a list of typed problems, never an exception."""
