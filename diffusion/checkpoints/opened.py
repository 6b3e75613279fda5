"""What opening a model file gives: its parts, each a network on the meta device and the place of its weights."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from diffusion.checkpoints.detect import Detection
from diffusion.checkpoints.record import LatentFormat, ModelRecord
from diffusion.checkpoints.weights import Weighted

TextKind = Literal["clip_l", "clip_h", "clip_g", "t5xxl", "t5xl", "t5base", "bert", "xlm_r", "layout"]
AutoencoderKind = Literal["kl", "vq", "movq", "taesd"]


@dataclass(frozen=True)
class OpenedText:
    """A text encoder.

    Attributes:
        kind: which encoder it is; "clip_l", "clip_h" and "clip_g" stand for the sizes of CLIP and OpenCLIP.
        weighted: the network.
        tokenizer: its tokenizer as JSON, where the file carries one.
        tokenizer_folder: the folder of its tokenizer, where the file lies in a diffusers folder.
        cut: how many of its last layers were left out of the file because its family never reads them.
    """

    kind: TextKind
    weighted: Weighted[Any]
    tokenizer: str | None = None
    tokenizer_folder: Path | None = None
    cut: int = 0


@dataclass(frozen=True)
class OpenedAutoencoder:
    """An autoencoder and the latent it makes."""

    weighted: Weighted[Any]
    latent: LatentFormat
    kind: AutoencoderKind = "kl"


@dataclass(frozen=True)
class KeyReport:
    """How the keys of a file fit the networks built for it.

    Attributes:
        missing: what a network has and the file lacks.
        unexpected: what lies under a part's prefix and its network has not.
        misshapen: sentences about tensors whose shape is another one.
        orphans: names known to be of no use to inference.
        unknown: names that belong to no part.
    """

    missing: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    misshapen: tuple[str, ...] = ()
    orphans: tuple[str, ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class OpenedModel:
    """A model file, opened but not in memory. A part is None where the file has none.

    Attributes:
        path: the file or folder.
        detection: what kind of file it is, and why.
        denoiser, record: the network that denoises, and what a sampler must know of it.
        autoencoder: pixels ⇄ latent.
        text: its text encoders, in the order their family names them.
        vision: a CLIP image encoder.
        control: a ControlNet or T2I-Adapter.
        classifier: a classifier of noisy pictures.
        prior: a network that makes a CLIP image embedding of a text.
        parts: further networks, by a name their family knows ("noise_augmentation", "upsampler_last" …).
        facts: further facts for the family's nodes, by name.
        companions: folder of models → names of files in it that hold what this file lacks, as its metadata says.
        decided: how what shapes cannot tell was decided, one sentence each.
        notes: sentences for the person who opened it.
        report: how its keys fit.
    """

    path: Path
    detection: Detection
    denoiser: Weighted[Any] | None = None
    record: ModelRecord | None = None
    autoencoder: OpenedAutoencoder | None = None
    text: tuple[OpenedText, ...] = ()
    vision: Weighted[Any] | None = None
    control: Weighted[Any] | None = None
    classifier: Weighted[Any] | None = None
    prior: Weighted[Any] | None = None
    parts: Mapping[str, Weighted[Any]] = field(default_factory=dict[str, Weighted[Any]])
    facts: Mapping[str, Any] = field(default_factory=dict[str, Any])
    companions: Mapping[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    decided: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    report: KeyReport = KeyReport()
