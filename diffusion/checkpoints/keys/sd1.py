"""Where the parts of a Stable Diffusion 1 checkpoint are, in the single-file layout of CompVis."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

UNET = "model.diffusion_model."
AUTOENCODER = "first_stage_model."
TEXT = "cond_stage_model.transformer."

# transformers 5 dropped this level; files of every age still have it, and a few merges never had it.
_TEXT_LEVEL = "text_model."

# What published files carry besides weights: schedule tables, averages, the training loss, the positions 0…76.
_ORPHANS = re.compile(
    r"(betas|alphas_cumprod|alphas_cumprod_prev|sqrt_\w+|log_one_minus_\w+|posterior_\w+|logvar|lvlb_weights|scale_factor"
    r"|model_ema\..*|first_stage_model\.loss\..*|.*\.position_ids|cond_stage_model\.logit_scale"
    r"|cond_stage_model\.transformer\.text_projection\.weight|v_pred|ztsnr)$"
)


@dataclass(frozen=True)
class KeyMap:
    """The keys of a file, sorted by part.

    Attributes:
        unet, autoencoder, text: name in our network → name in the file.
        orphans: known to be of no use to inference.
        unknown: everything else; nothing reads it.
    """

    unet: dict[str, str]
    autoencoder: dict[str, str]
    text: dict[str, str]
    orphans: tuple[str, ...]
    unknown: tuple[str, ...]


def map_keys(names: Iterable[str]) -> KeyMap:
    """Sort the keys of a Stable Diffusion 1 file."""
    parts = KeyMap({}, {}, {}, (), ())
    orphans: list[str] = []
    unknown: list[str] = []
    for name in names:
        if _ORPHANS.match(name):
            orphans.append(name)
        elif name.startswith(UNET):
            parts.unet[name.removeprefix(UNET)] = name
        elif name.startswith(AUTOENCODER):
            parts.autoencoder[name.removeprefix(AUTOENCODER)] = name
        elif name.startswith(TEXT):
            parts.text["transformer." + name.removeprefix(TEXT).removeprefix(_TEXT_LEVEL)] = name
        else:
            unknown.append(name)
    return KeyMap(parts.unet, parts.autoencoder, parts.text, tuple(orphans), tuple(unknown))
