"""Noise schedules of models, and the ways to choose a run's noise levels from them."""
