"""Which kinds of model ComfyUI's clients may ask for, whether or not there is a folder for them here."""

from graph_engine.files.folders import Folders
from web.server.model_files import NO_KINDS

KINDS = (
    "audio_encoders",
    "checkpoints",
    "classifiers",
    "clip_vision",
    "configs",
    "controlnet",
    "diffusers",
    "diffusion_models",
    "embeddings",
    "gligen",
    "hypernetworks",
    "loras",
    "model_patches",
    "photomaker",
    "style_models",
    "text_encoders",
    "upscale_models",
    "vae",
    "vae_approx",
)
OLDER_NAMES = {"unet": "diffusion_models", "clip": "text_encoders", "t2i_adapter": "controlnet"}


def kinds_of(folders: Folders) -> list[str]:
    """Every kind: ComfyUI's, and those that have a folder here."""
    return sorted({*KINDS, *folders.model_kinds()} - NO_KINDS)


def kind_named(folders: Folders, name: str) -> str | None:
    """The kind under its name of today; None where there is none of that name."""
    kind = OLDER_NAMES.get(name, name)
    return kind if kind in KINDS or kind in kinds_of(folders) else None
