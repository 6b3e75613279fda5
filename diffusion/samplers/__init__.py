"""Solvers from noise to picture: pure functions of a denoiser, a start and noise levels."""
