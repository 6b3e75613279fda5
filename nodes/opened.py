"""From opened files to the values that loaders hand out. A part a file lacks is a `Blocked` that says who has it."""

from pathlib import Path

from diffusion.checkpoints.opened import OpenedModel
from diffusion.text.families import TEXT_FAMILIES
from diffusion.text.tokenizer_files import text_encoder
from graph_engine.spec.sdk import Blocked
from nodes.sockets import AutoencoderModel, DiffusionModel, TextModel

# Families whose prompts are read as another family's are.
_READ_AS = {"sd_unclip": "sd2", "x4_upscaler": "sd2"}
_LOADERS = ("'Load CLIP'", "'Load two CLIPs'", "'Load three CLIPs'")


def model_of(opened: OpenedModel, path: Path) -> DiffusionModel | Blocked:
    """The denoising network of an opened file."""
    if opened.denoiser is None or opened.record is None:
        return Blocked(
            f"{path.name} holds no denoising network, only {opened.detection.title}: load the network with 'Load UNet'."
        )
    return DiffusionModel(opened.denoiser, opened.record)


def family_read(opened: OpenedModel) -> str:
    """The family whose way prompts are read in; "" where the file has none."""
    family = "" if opened.record is None else opened.record.family
    return _READ_AS.get(family, family)


def text_of(opened: OpenedModel, path: Path) -> TextModel | Blocked:
    """The text encoders of an opened file, as its family reads them."""
    family = family_read(opened)
    if opened.text:
        return TextModel(tuple(text_encoder(text, path) for text in opened.text), family)
    reading = TEXT_FAMILIES.get(family)
    wanted = "" if reading is None else f" ({', '.join(reading.readings)})"
    loader = _LOADERS[0 if reading is None else len(reading.readings) - 1]
    return Blocked(f"{path.name} holds no text encoder: load it{wanted} with {loader} and wire that here.")


def vae_of(opened: OpenedModel, path: Path) -> AutoencoderModel | Blocked:
    """The autoencoder of an opened file."""
    if opened.autoencoder is not None:
        return AutoencoderModel(opened.autoencoder.weighted, opened.autoencoder.latent, opened.autoencoder.kind)
    if opened.record is not None and opened.record.latent.factor == 1:
        return Blocked(f"{path.name} paints pixels and has no autoencoder: use 'Pixels to image' instead.")
    return Blocked(f"{path.name} holds no autoencoder: load it with 'Load VAE' and wire that here.")


def told(opened: OpenedModel) -> dict[str, list[str]]:
    """What there is to tell about an opened file, as a node shows it."""
    return {"text": list(opened.notes)} if opened.notes else {}
