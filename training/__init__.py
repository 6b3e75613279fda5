"""The procedural world and the training scripts behind the starter models."""
