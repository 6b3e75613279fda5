"""The socket types of the built-in nodes, with the values that travel on them.

The value forms are ComfyUI's (a latent is a dict, conditioning a list of pairs), so that plug-ins written for it can
share wires with these nodes.
"""

from dataclasses import dataclass, field
from typing import Annotated, Any, TypedDict

from torch import Tensor

from diffusion.checkpoints.opened import AutoencoderKind
from diffusion.checkpoints.record import LatentFormat, ModelRecord
from diffusion.checkpoints.weights import Weighted
from diffusion.networks.clip_vision import ClipVision
from diffusion.options import ModelOptions
from diffusion.priors.published import EmbeddingStatistics
from diffusion.text.encoder import TextEncoder, TextOptions
from graph_engine.spec.sdk import Socket


@dataclass(frozen=True)
class DiffusionModel:
    """A denoising network, what its family says of it, and what nodes have asked for since."""

    weighted: Weighted[Any]
    record: ModelRecord
    options: ModelOptions = field(default_factory=ModelOptions)


@dataclass(frozen=True)
class TextModel:
    """Text encoders with their tokenizers, and how the family of models they serve reads them.

    ``family`` is a key of ``TEXT_FAMILIES``; ``text_encoder(opened, path)`` makes an encoder of an opened file's.
    """

    encoders: tuple[TextEncoder, ...]
    family: str
    options: TextOptions = field(default_factory=TextOptions)


@dataclass(frozen=True)
class AutoencoderModel:
    """An autoencoder and the latent it makes."""

    weighted: Weighted[Any]
    latent: LatentFormat
    kind: AutoencoderKind = "kl"


@dataclass(frozen=True)
class PriorModel:
    """A network that makes CLIP image embeddings of texts, and the statistics of embeddings, where it needs any."""

    weighted: Weighted[Any]
    statistics: EmbeddingStatistics | None = None


@dataclass(frozen=True)
class ImageEncoder:
    """CLIP's image encoder."""

    weighted: Weighted[ClipVision]


@dataclass(frozen=True)
class ControlNetwork:
    """A network that reads control pictures: a ControlNet or a T2I-Adapter."""

    weighted: Weighted[Any]


@dataclass(frozen=True)
class ImageFeatures:
    """What CLIP made of pictures, under the names that plug-ins know.

    ``image_embeds`` is [B, D] in the space shared with text, the other two [B, 1 + patches, width].
    """

    image_embeds: Tensor
    last_hidden_state: Tensor
    penultimate_hidden_states: Tensor


class LatentBatch(TypedDict):
    """``samples`` is [B, C, H/f, W/f] in the autoencoder's own scale, as ComfyUI has it."""

    samples: Tensor


Model = Annotated[DiffusionModel, Socket("MODEL")]
Clip = Annotated[TextModel, Socket("CLIP")]
Vae = Annotated[AutoencoderModel, Socket("VAE")]
ClipVisionModel = Annotated[ImageEncoder, Socket("CLIP_VISION")]
ClipVisionOutput = Annotated[ImageFeatures, Socket("CLIP_VISION_OUTPUT")]
ControlModel = Annotated[ControlNetwork, Socket("CONTROL_NET")]
Latent = Annotated[LatentBatch, Socket("LATENT")]
Image = Annotated[Tensor, Socket("IMAGE")]
"""[B, H, W, C], 0 … 1."""
Mask = Annotated[Tensor, Socket("MASK")]
"""[B, H, W], 0 … 1."""
Conditioning = Annotated[list[tuple[Tensor, dict[str, Any]]], Socket("CONDITIONING")]
"""Pairs of a token sequence [B, T, D] and its options."""
Prior = Annotated[PriorModel, Socket("PRIOR")]
Statistics = Annotated[EmbeddingStatistics, Socket("EMBED_STATISTICS")]
ImageEmbed = Annotated[Tensor, Socket("CLIP_IMAGE_EMBED")]
"""[B, D], as CLIP makes it of pictures, after its projection and before any scaling to length 1."""
