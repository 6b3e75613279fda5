"""How large a graph may be."""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Upper bounds on what is read from outside, generous for people and finite for accidents."""

    nodes: int = 200_000
    inputs_per_node: int = 2_000
    id_characters: int = 200
    text_characters: int = 1_000_000
    subgraph_depth: int = 32
    """How deep sub-graphs may lie within each other."""

    choices_told: int = 50
    """How many of a list's choices a problem carries along."""


DEFAULT_LIMITS = Limits()
