"""Where the parts of a file are: the prefixes its denoiser and its autoencoder stand under, and their names in ours."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from diffusion.checkpoints.keys.diffusers_unet import map_diffusers_unet_keys
from diffusion.checkpoints.keys.reading import Shapes, under
from diffusion.checkpoints.model_file import ModelFile

# The first names of a denoiser: of the authors' UNets, of SD3's transformer, of both as diffusers writes them.
_DENOISER_MARKS = ("input_blocks.0.0.weight", "x_embedder.proj.weight", "pos_embed.proj.weight", "conv_in.weight")
_AUTOENCODER_MARK = "decoder.conv_in.weight"
# Usual prefixes, best first. An averaged copy (`model_ema.`) never counts: its names have lost their dots.
_DENOISER_PREFIXES = ("model.diffusion_model.", "diffusion_model.", "unet.", "transformer.", "net.", "module.", "")
_AUTOENCODER_PREFIXES = ("first_stage_model.", "vae.", "autoencoder.", "module.", "")
_OTHER_PARTS = ("control_model.", "first_stage_model.", "vae.", "cond_stage_model.", "conditioner.", "embedder.")


ARCHITECTURE = "modelspec.architecture"
"""Under this name a file's metadata says what it is (https://github.com/Stability-AI/ModelSpec)."""


def _prefixes(names: Iterable[str], mark: str) -> set[str]:
    return {name.removesuffix(mark) for name in names if name == mark or name.endswith("." + mark)}


def _best(found: set[str], usual: tuple[str, ...]) -> str | None:
    for prefix in usual:
        if prefix in found:
            return prefix
    return min(found, key=len) if found else None


@dataclass(frozen=True)
class Layout:
    """Names and shapes of a file, and views of the parts that most families have.

    Attributes:
        shapes: every name in the file → its shape.
        architecture: what its author calls it (`modelspec.architecture`), for what names and shapes cannot tell; may be
            empty.
    """

    shapes: Shapes
    architecture: str = ""

    def has(self, *beginnings: str) -> bool:
        """Whether any name begins with one of these."""
        return any(name.startswith(beginnings) for name in self.shapes)

    @cached_property
    def denoiser_prefix(self) -> str | None:
        """What stands before the names of the denoiser; None where there is none."""
        for mark in _DENOISER_MARKS:
            found = {prefix for prefix in _prefixes(self.shapes, mark) if not prefix.startswith(_OTHER_PARTS)}
            if mark == "conv_in.weight":
                found = {prefix for prefix in found if self.has(prefix + "time_embedding.")}
            best = _best(found, _DENOISER_PREFIXES)
            if best is not None:
                return best
        return None

    @cached_property
    def denoiser(self) -> Shapes:
        """Name → shape of the denoiser, without the prefix, as the file has them."""
        return {ours: tuple(self.shapes[theirs]) for ours, theirs in self.denoiser_names.items()}

    @cached_property
    def denoiser_names(self) -> Mapping[str, str]:
        """Name in the denoiser → name in the file; the file's own words after the prefix."""
        return {} if self.denoiser_prefix is None else under(self.shapes, self.denoiser_prefix)

    @cached_property
    def unet_names(self) -> Mapping[str, str]:
        """Name in `UNet` → name in the file, for UNets of latent diffusion in the authors' layout or diffusers'."""
        names = self.denoiser_names
        if "input_blocks.0.0.weight" in names:
            return names
        if "conv_in.weight" not in names:
            return {}
        return {ours: names[theirs] for ours, theirs in map_diffusers_unet_keys(names).items()}

    @cached_property
    def unet(self) -> Shapes:
        """Name in `UNet` → shape."""
        return {ours: tuple(self.shapes[theirs]) for ours, theirs in self.unet_names.items()}

    @property
    def inputs(self) -> int:
        """Channels the UNet reads; 0 where there is none."""
        shape = self.unet.get("input_blocks.0.0.weight", ())
        return shape[1] if len(shape) == 4 else 0

    @cached_property
    def context_width(self) -> int | None:
        """Width of the text features the UNet attends to, or None."""
        for name, shape in self.unet.items():
            if name.endswith("attn2.to_k.weight") and len(shape) == 2:
                return shape[1]
        return None

    @cached_property
    def linear(self) -> bool:
        """Whether the UNet's transformers project with linear layers."""
        return any(name.endswith(".1.proj_in.weight") and len(shape) == 2 for name, shape in self.unet.items())

    @property
    def vector_width(self) -> int | None:
        """Width of the vector the UNet reads, or None."""
        shape = self.unet.get("label_emb.0.0.weight")
        return None if shape is None else shape[1]

    @cached_property
    def autoencoder_prefix(self) -> str | None:
        """What stands before the names of the autoencoder; None where there is none."""
        return _best(_prefixes(self.shapes, _AUTOENCODER_MARK), _AUTOENCODER_PREFIXES)

    @cached_property
    def autoencoder_names(self) -> Mapping[str, str]:
        """Name in the autoencoder, as the file has it without the prefix → name in the file."""
        return {} if self.autoencoder_prefix is None else under(self.shapes, self.autoencoder_prefix)

    @cached_property
    def autoencoder(self) -> Shapes:
        """Name → shape of the autoencoder, without the prefix."""
        return {ours: tuple(self.shapes[theirs]) for ours, theirs in self.autoencoder_names.items()}

    def clip_text(self, prefix: str) -> bool:
        """Whether a CLIP text encoder in the layout of transformers stands under the prefix."""
        names = ("text_model.embeddings.token_embedding.weight", "embeddings.token_embedding.weight")
        return any(prefix + name in self.shapes for name in names)

    def open_clip_text(self, prefix: str) -> bool:
        """Whether a text encoder in OpenCLIP's layout stands under the prefix."""
        return prefix + "token_embedding.weight" in self.shapes and self.has(prefix + "transformer.resblocks.")


def layout_of(file: ModelFile) -> Layout:
    """Return the layout of an opened file."""
    return Layout(file.shapes, file.metadata.get(ARCHITECTURE, ""))
