"""The socket types of the built-in nodes, with the values that travel on them.

The value forms are ComfyUI's (a latent is a dict, conditioning a list of pairs), so that plug-ins written for it can
share wires with these nodes.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated, Any, NotRequired, TypedDict

from torch import Tensor

from diffusion.checkpoints.opened import AutoencoderKind
from diffusion.checkpoints.record import LatentFormat, ModelRecord
from diffusion.checkpoints.weights import Weighted
from diffusion.guidance.mixing import Mixing
from diffusion.networks.clip_vision import ClipVision
from diffusion.options import ModelOptions
from diffusion.priors.published import EmbeddingStatistics
from diffusion.samplers.choice import SolverChoice
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
class StyleNetwork:
    """A network that makes tokens of a picture."""

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
    """``samples`` is [B, C, H/f, W/f] in the autoencoder's own scale, as ComfyUI has it.

    ``noise_mask`` is [B, H, W] or [B, 1, H, W] of any size, 1 where the picture is repainted; ``batch_index`` numbers
    the pictures as the batch they were taken from did, so that each keeps its noise.
    """

    samples: Tensor
    noise_mask: NotRequired[Tensor]
    batch_index: NotRequired[list[int]]


@dataclass(frozen=True)
class NoiseChoice:
    """Noise from a seed, or none: then the latent is a run that another one left half done."""

    seed: int
    drawn: bool = True


@dataclass(frozen=True)
class GuiderChoice:
    """A model, how its predictions are combined, and the conditionings by the names that the rule needs."""

    model: DiffusionModel
    mixing: Mixing
    prompts: Mapping[str, list[tuple[Tensor, dict[str, Any]]]]


Model = Annotated[DiffusionModel, Socket("MODEL")]
Clip = Annotated[TextModel, Socket("CLIP")]
Vae = Annotated[AutoencoderModel, Socket("VAE")]
ClipVisionModel = Annotated[ImageEncoder, Socket("CLIP_VISION")]
ClipVisionOutput = Annotated[ImageFeatures, Socket("CLIP_VISION_OUTPUT")]
StyleModelValue = Annotated[StyleNetwork, Socket("STYLE_MODEL")]
ControlModel = Annotated[ControlNetwork, Socket("CONTROL_NET")]
Latent = Annotated[LatentBatch, Socket("LATENT")]
Image = Annotated[Tensor, Socket("IMAGE")]
"""[B, H, W, C], 0 … 1."""
Mask = Annotated[Tensor, Socket("MASK")]
"""[B, H, W], 0 … 1."""
Conditioning = Annotated[list[tuple[Tensor, dict[str, Any]]], Socket("CONDITIONING")]
"""Pairs of a token sequence [B, T, D] and its options."""
Sampler = Annotated[SolverChoice, Socket("SAMPLER")]
Sigmas = Annotated[Tensor, Socket("SIGMAS")]
"""[steps + 1] noise levels, largest first."""
Noise = Annotated[NoiseChoice, Socket("NOISE")]
Guider = Annotated[GuiderChoice, Socket("GUIDER")]
Prior = Annotated[PriorModel, Socket("PRIOR")]
Statistics = Annotated[EmbeddingStatistics, Socket("EMBED_STATISTICS")]
ImageEmbed = Annotated[Tensor, Socket("CLIP_IMAGE_EMBED")]
"""[B, D], as CLIP makes it of pictures, after its projection and before any scaling to length 1."""
