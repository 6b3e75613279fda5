"""One text encoder at work: a prompt of any length, with weights and learned words, to token features."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any

import torch
from torch import Tensor

from diffusion.checkpoints.embeddings import LearnedWord
from diffusion.checkpoints.opened import TextKind
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.clip import ClipTextStates
from diffusion.networks.xlm_roberta import MultilingualClip
from diffusion.text.chunks import TextTokenizer, Window, framed, ids_of, windows_of, with_vectors
from diffusion.text.clip import pool_at_end
from diffusion.text.emphasis import COMFYUI, Dialect, parse
from diffusion.text.weighting import Weighting, weighed

Lease = Callable[[Weighted[Any]], AbstractContextManager[Any]]
"""Brings a network's weights in for the length of a `with` block, and gives the network."""

FindWord = Callable[[str], LearnedWord | None]
"""Name of a learned word → its vectors, or None where there is no such file."""


@dataclass(frozen=True)
class TextEncoder:
    """A text encoder and its tokenizer, which is opened when it is first needed.

    Attributes:
        kind: which encoder it is.
        weighted: the network.
        open_tokenizer: raises TokenizerError where none can be found.
        cut: how many of its last layers its file left out: the layer that is asked for is counted with them.
    """

    kind: TextKind
    weighted: Weighted[Any]
    open_tokenizer: Callable[[], TextTokenizer]
    cut: int = 0

    @cached_property
    def tokenizer(self) -> TextTokenizer:
        """The tokenizer."""
        return self.open_tokenizer()

    @property
    def width(self) -> int:
        """Width of the token features."""
        return self.weighted.network.config.width


@dataclass(frozen=True)
class TextOptions:
    """How a prompt is read.

    Attributes:
        skip: 1 takes an encoder's last layer, 2 the one before it …; None what the family was trained with.
        weighting: see `weighting.py`.
        dialect: see `emphasis.py`.
        back_track: how many tokens the end of a window may go back to a comma.
        find: looks learned words up.
    """

    skip: int | None = None
    weighting: Weighting = "comfy"
    dialect: Dialect = COMFYUI
    back_track: int = 0
    find: FindWord = field(default=lambda _name: None)


@dataclass(frozen=True)
class Reading:
    """How a family takes features from an encoder.

    Attributes:
        skip: which layer, counted from the last, 1.
        normed: whether the final layer norm is applied to it.
        projected: whether pooled features are taken to the space shared with pictures.
        shortest: least tokens, for encoders of free length.
    """

    skip: int = 1
    normed: bool = True
    projected: bool = False
    shortest: int = 77


@dataclass(frozen=True)
class EncoderFeatures:
    """Features of a prompt: sequence [1, T, width], and pooled [1, width] where the encoder has such.

    `mask` [1, T] is true for tokens up to each window's end token; None for encoders without one.
    """

    sequence: Tensor
    pooled: Tensor | None
    mask: Tensor | None = None


def prompt_windows(
    encoder: TextEncoder, text: str, reading: Reading, options: TextOptions, notes: list[str]
) -> list[Window]:
    """Parse and pack a prompt for an encoder."""

    def vectors(name: str) -> Tensor | None:
        word = options.find(name)
        return None if word is None else word.of_width(encoder.width)

    return windows_of(
        parse(text, options.dialect),
        encoder.tokenizer,
        find=vectors,
        back_track=options.back_track,
        shortest=reading.shortest,
        notes=notes,
    )


def with_empty(windows: Sequence[Window], count: int, tokenizer: TextTokenizer) -> list[Window]:
    """Add windows of the empty prompt up to `count`, so that encoders read side by side."""
    empty = framed([], tokenizer, len(windows[0].tokens))
    return [*windows, *[empty] * (count - len(windows))]


def _layer(states: ClipTextStates, network: Any, reading: Reading, skip: int) -> Tensor:
    layers = len(states.hidden) - 1
    if not 1 <= skip <= layers:
        raise ValueError(f"clip skip is {skip}, but this text encoder has {layers} layers: use 1 to {layers}")
    if not reading.normed:
        return states.hidden[-skip]
    return states.last if skip == 1 else network.final_norm(states.hidden[-skip])


def _pooled(states: ClipTextStates, network: Any, ids: Tensor, tokenizer: TextTokenizer, reading: Reading) -> Tensor:
    """Return the first window's one vector [1, width]."""
    if isinstance(network, MultilingualClip):
        return network.pool(states.last[:1], ids[:1])
    assert tokenizer.end_id is not None
    first = pool_at_end(states.last[:1], ids[:1], tokenizer.end_id)
    return network.project(first) if reading.projected else first


@torch.inference_mode()
def encode_windows(
    network: Any, tokenizer: TextTokenizer, windows: Sequence[Window], reading: Reading, options: TextOptions
) -> EncoderFeatures:
    """Encode the windows of one prompt with an encoder whose weights are in place.

    Returns:
        Features of the windows one after another, in float32 on the CPU; pooled is the first window's.

    Raises:
        ValueError: the layer asked for is not there.
    """
    device = next(network.parameters()).device
    pooled: list[Tensor] = []

    def read(part: Sequence[Window]) -> Tensor:
        ids = ids_of(part, device)
        states: ClipTextStates | Tensor = network(ids, embedded=with_vectors(network.embed_tokens(ids), part))
        if isinstance(states, Tensor):
            return states
        if not pooled:
            pooled.append(_pooled(states, network, ids, tokenizer, reading))
        return _layer(states, network, reading, options.skip or reading.skip)

    features = weighed(windows, tokenizer, options.weighting, read).float().cpu()
    mask = None
    if tokenizer.end_id is not None:
        ended = ids_of(windows, torch.device("cpu")) == tokenizer.end_id
        mask = (ended.cumsum(dim=1) - ended.long() == 0).flatten()[None]
    return EncoderFeatures(features.flatten(0, 1)[None], pooled[0].float().cpu() if pooled else None, mask)


def _counted(cut: int, reading: Reading, options: TextOptions) -> tuple[Reading, TextOptions]:
    """Count layers from the last one there is, in an encoder whose file left `cut` of them out."""
    if not cut:
        return reading, options
    skip = None if options.skip is None else max(1, options.skip - cut)
    return replace(reading, skip=max(1, reading.skip - cut)), replace(options, skip=skip)


def encode_each(
    encoders: Sequence[TextEncoder],
    texts: Mapping[TextKind, str | None],
    readings: Mapping[TextKind, Reading],
    options: TextOptions,
    lease: Lease,
) -> tuple[dict[TextKind, EncoderFeatures], tuple[str, ...]]:
    """Encode a prompt with each encoder of a family, one network in memory at a time.

    Args:
        encoders: those there are.
        texts: the prompt of each; one that is None or absent leaves its encoder out.
        readings: how the family takes its features.
        options: how the prompt is read.
        lease: brings a network's weights in.

    Returns:
        The features by encoder, CLIP's all of one length, and sentences for the person.
    """
    notes: list[str] = []
    packed: list[tuple[TextEncoder, list[Window]]] = []
    for encoder in encoders:
        text = texts.get(encoder.kind)
        if text is not None:
            packed.append((encoder, prompt_windows(encoder, text, readings[encoder.kind], options, notes)))
    count = max((len(windows) for _, windows in packed), default=0)
    features: dict[TextKind, EncoderFeatures] = {}
    for encoder, windows in packed:
        tokenizer = encoder.tokenizer
        level = with_empty(windows, count, tokenizer) if tokenizer.length is not None else windows
        with lease(encoder.weighted) as network:
            reading, chosen = _counted(encoder.cut, readings[encoder.kind], options)
            features[encoder.kind] = encode_windows(network, tokenizer, level, reading, chosen)
    return features, tuple(dict.fromkeys(notes))
