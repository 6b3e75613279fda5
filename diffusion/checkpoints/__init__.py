"""Checkpoint files: reading headers, telling families apart, and mapping their keys to our networks."""
