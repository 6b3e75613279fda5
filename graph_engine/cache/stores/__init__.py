"""Where cached outputs live."""
