"""Puts the weights of a case into one of our networks."""

import torch


def shapes(weights):
    return {name: tuple(tensor.shape) for name, tensor in weights.items()}


def fill(build, weights):
    with torch.device("meta"):
        network = build()
    network.load_state_dict(weights, strict=True, assign=True)
    return network.eval()


def select(weights, names):
    """The tensors of a part under our names, given our name → name in the file."""
    return {ours: weights[theirs] for ours, theirs in names.items()}


def suffixes(case, name):
    return [suffix for suffix in ("", "_b") if f"in.{name}{suffix}" in case.tensors]
