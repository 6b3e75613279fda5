"""Diffusion in torch: networks, checkpoints, schedules, samplers, guidance. Knows nothing of graphs, jobs or HTTP."""
