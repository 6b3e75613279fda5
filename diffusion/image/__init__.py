"""Tensors ⇄ pictures."""
