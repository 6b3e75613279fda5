"""The autoregressive prior in files, in a layout of our own; see `docs/developing/autoregressive-prior.md`."""

from pathlib import Path

from safetensors.torch import save_file

from diffusion.checkpoints.keys.reading import Shapes, count, shape_of
from diffusion.networks.autoregressive_prior import AutoregressivePrior, AutoregressivePriorConfig

MARKER = "codes.axes"
_HEAD_WIDTH = 64
_PART = "autoregressive prior"


def autoregressive_prior_config_from_shapes(shapes: Shapes) -> AutoregressivePriorConfig:
    """Infer the configuration of an autoregressive prior; heads are 64 channels wide, or one where it is narrower.

    Raises:
        ShapeError: a needed tensor is missing.
    """
    buckets, width = shape_of(shapes, "bucket.weight", _PART)
    components, clip_width = shape_of(shapes, MARKER, _PART)
    return AutoregressivePriorConfig(
        width=width,
        layers=count(shapes, r"resblocks\.(\d+)\."),
        heads=max(1, width // _HEAD_WIDTH),
        clip_width=clip_width,
        text_length=shape_of(shapes, "no_text", _PART)[0] - 1,
        components=components,
        buckets=buckets,
        agreements=shape_of(shapes, "agreement.weight", _PART)[0],
    )


def save_autoregressive_prior(network: AutoregressivePrior, path: Path, *, title: str = "Autoregressive prior") -> None:
    """Write a network to a safetensors file that `open_model` reads."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in network.state_dict().items()}
    save_file(
        tensors, path, metadata={"modelspec.title": title, "modelspec.architecture": "noiseloom/autoregressive-prior"}
    )
