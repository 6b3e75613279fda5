"""Noise processes: which levels of noise a model knows, and how its network's output becomes a clean picture."""
