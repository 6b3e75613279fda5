"""The path jail and the stores for inputs, outputs and model folders."""
