"""Opens a checkpoint: finds its parts, builds their networks on the meta device, and says where the weights are."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from torch import nn

from diffusion.checkpoints.container import Container, identify
from diffusion.checkpoints.detect import Detection, detect
from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.facts import FileFacts, Prediction, facts_from_metadata
from diffusion.checkpoints.header import read_header
from diffusion.checkpoints.keys.reading import ShapeError, Shapes
from diffusion.checkpoints.keys.sd1 import map_keys
from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.checkpoints.weights import (
    LoadedWeights,
    MappedFile,
    SafetensorsWeights,
    Weighted,
    WeightSource,
    read_torch_file,
)
from diffusion.image.preview import SD1_PREVIEW, Rgb
from diffusion.networks.autoencoder import AutoencoderKL
from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip import ClipText
from diffusion.networks.unet import UNet
from diffusion.text.tokenizer import ClipTokenizer, TokenizerError, packaged_vocabulary, vocabulary_from_json

NetworkT = TypeVar("NetworkT", bound=nn.Module)

SD1_LATENT_SCALE = 0.18215


@dataclass(frozen=True)
class ModelRecord:
    """What a sampler must know about a model besides its weights.

    Attributes:
        family: short name of the family, such as "sd1".
        prediction: what the network predicts: the noise ("eps") or the velocity ("v").
        latent_channels: channels of the latent.
        latent_factor: pixels per latent cell along each side.
        latent_scale: the denoiser works on the autoencoder's latent times this.
        resolution: width and height the model was trained at.
        preview: scaled latent → colour in 0..1, a row of red, green, blue per channel, then a bias row; see
            `latent_to_rgb`.
    """

    family: str
    prediction: Prediction
    latent_channels: int
    latent_factor: int
    latent_scale: float
    resolution: tuple[int, int]
    preview: tuple[Rgb, ...]


@dataclass(frozen=True)
class Checkpoint:
    """A Stable Diffusion 1 checkpoint, opened but not yet in memory."""

    path: Path
    detection: Detection
    record: ModelRecord
    unet: Weighted[UNet]
    autoencoder: Weighted[AutoencoderKL]
    text: Weighted[ClipText]
    tokenizer: ClipTokenizer
    notes: tuple[str, ...]


@dataclass(frozen=True)
class _File:
    path: Path
    shapes: Shapes
    facts: FileFacts
    identity: str
    source: Callable[[Mapping[str, str]], WeightSource]


def _open_file(path: Path) -> _File:
    status = path.stat()
    identity = f"{path.resolve()}:{status.st_mtime_ns}:{status.st_size}"
    container = identify(path)
    if container is Container.SAFETENSORS:
        header = read_header(path)
        mapped = MappedFile(path)
        return _File(
            path,
            {name: entry.shape for name, entry in header.tensors.items()},
            facts_from_metadata(header.metadata, path),
            identity,
            lambda names: SafetensorsWeights(mapped, {ours: header.tensors[theirs] for ours, theirs in names.items()}),
        )
    tensors = read_torch_file(path, container)
    return _File(
        path,
        {name: tuple(tensor.shape) for name, tensor in tensors.items()},
        FileFacts(),
        identity,
        lambda names: LoadedWeights({ours: tensors[theirs] for ours, theirs in names.items()}),
    )


def _check_complete(network: nn.Module, shapes: Shapes, part: str, path: Path) -> None:
    """Refuse a part whose keys or shapes are not exactly its network's."""
    wanted = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
    missing = sorted(wanted.keys() - shapes.keys())
    extra = sorted(shapes.keys() - wanted.keys())
    wrong = [
        f"{name} is {shapes[name]}, not {shape}"
        for name, shape in wanted.items()
        if name in shapes and shapes[name] != shape
    ]
    for problem, found in (("lacks", missing), ("has also", extra), ("has the wrong shape for", wrong)):
        if found:
            listed = ", ".join(found[:3]) + (f" and {len(found) - 3} more" if len(found) > 3 else "")
            raise CheckpointError(
                f"The {part} in this file does not fit: it {problem} {listed}",
                where=path,
                remedy="The file is incomplete or of a kind that is not supported; choose another one.",
            )


def _part(
    file: _File, names: Mapping[str, str], part: str, build: Callable[[Shapes], NetworkT], identity: str
) -> Weighted[NetworkT]:
    shapes = {ours: file.shapes[theirs] for ours, theirs in names.items()}
    try:
        with on_meta():
            network = build(shapes)
    except (ShapeError, ValueError, IndexError) as error:
        raise CheckpointError(
            f"The {part} in this file is not one that can be built: {error}",
            where=file.path,
            remedy="The file is incomplete or of a kind that is not supported; choose another one.",
        ) from error
    _check_complete(network, shapes, part, file.path)
    network.requires_grad_(False).eval()
    return Weighted(network, file.source(names), f"{file.identity}#{identity}")


def _build_text(shapes: Shapes, facts: FileFacts) -> ClipText:
    bare = {name.removeprefix("transformer."): shape for name, shape in shapes.items()}
    return ClipText(clip_text_config_from_shapes(bare, heads=facts.text_heads, activation=facts.text_activation))


def _tokenizer(file: _File) -> ClipTokenizer:
    try:
        embedded = file.facts.tokenizer
        return ClipTokenizer(packaged_vocabulary() if embedded is None else vocabulary_from_json(embedded))
    except TokenizerError as error:
        raise CheckpointError(
            str(error), where=file.path, remedy="Ask the file's author for one whose tokenizer is whole."
        ) from error


def _check_tokenizer(tokenizer: ClipTokenizer, text: ClipText, path: Path) -> None:
    highest = max(tokenizer.vocabulary.tokens.values())
    if highest >= text.config.vocabulary or tokenizer.length > text.config.positions:
        raise CheckpointError(
            f"The tokenizer numbers tokens up to {highest} in prompts of {tokenizer.length}, but the text encoder "
            f"knows {text.config.vocabulary} tokens and {text.config.positions} positions",
            where=path,
            remedy="A file with its own vocabulary must carry it in its metadata (tokenizer.clip_l).",
        )


def open_checkpoint(path: Path) -> Checkpoint:
    """Open a single-file checkpoint: safetensors, or a torch file read without running anything in it.

    Only the header is read from a safetensors file; weights are read when a part is put to work.

    Raises:
        CheckpointError: the file is damaged, dangerous, of another family, or incomplete.
        FileNotFoundError: there is no such file.
    """
    file = _open_file(path)
    detection = detect(file.shapes)
    if detection.family != "sd1":
        raise CheckpointError(
            f"This file holds another kind of model ({detection.title}); only Stable Diffusion 1 checkpoints can be "
            f"opened so far. Found: {'; '.join(detection.why)}",
            where=path,
            remedy="Choose a Stable Diffusion 1 checkpoint.",
        )
    keys, facts = map_keys(file.shapes), file.facts
    unet = _part(
        file,
        keys.unet,
        "UNet",
        lambda shapes: UNet(unet_config_from_shapes(shapes, heads=facts.unet_heads, head_width=facts.unet_head_width)),
        "unet",
    )
    autoencoder = _part(
        file, keys.autoencoder, "autoencoder", lambda s: AutoencoderKL(autoencoder_config_from_shapes(s)), "autoencoder"
    )
    text = _part(file, keys.text, "text encoder", lambda shapes: _build_text(shapes, facts), "text")
    tokenizer = _tokenizer(file)
    _check_tokenizer(tokenizer, text.network, path)
    if facts.preview and len(facts.preview) != unet.network.config.out_channels + 1:
        raise CheckpointError(
            f"'preview_rgb' in this file's metadata has {len(facts.preview)} rows, and its latent "
            f"{unet.network.config.out_channels} channels",
            where=path,
            remedy="It must have a row for each channel and one of bias; save the file again without it.",
        )
    record = ModelRecord(
        family="sd1",
        prediction=facts.prediction or "eps",
        latent_channels=unet.network.config.out_channels,
        latent_factor=autoencoder.network.config.factor,
        latent_scale=SD1_LATENT_SCALE,
        resolution=facts.resolution or (512, 512),
        preview=facts.preview or SD1_PREVIEW,
    )
    notes = (f"{len(keys.unknown)} tensors of no known use were left unread",) if keys.unknown else ()
    return Checkpoint(path, detection, record, unet, autoencoder, text, tokenizer, notes)
