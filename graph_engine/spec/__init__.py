"""Node and socket specs, the registry, and the node author's API."""
