"""Small files that change the weights of a model: LoRA and its kin."""
