"""Every kind of model file. A new family adds its file beside this one and its line here."""

from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.opening.adapters import ADAPTER_KINDS
from diffusion.checkpoints.opening.autoencoders import AUTOENCODER_KINDS
from diffusion.checkpoints.opening.control import CONTROL_KINDS
from diffusion.checkpoints.opening.latent_diffusion import LATENT_DIFFUSION_KINDS
from diffusion.checkpoints.opening.metrics import METRIC_KINDS
from diffusion.checkpoints.opening.pixel import PIXEL_KINDS
from diffusion.checkpoints.opening.sd3 import SD3_KINDS
from diffusion.checkpoints.opening.sdxl import SDXL_KINDS
from diffusion.checkpoints.opening.stable_diffusion import STABLE_DIFFUSION_KINDS
from diffusion.checkpoints.opening.style import STYLE_KINDS
from diffusion.checkpoints.opening.text_encoders import TEXT_ENCODER_KINDS
from diffusion.checkpoints.opening.unclip import UNCLIP_KINDS
from diffusion.checkpoints.opening.vision import VISION_KINDS

# Asked from the top: whole models before their parts, the particular before the general.
KINDS: tuple[Kind, ...] = (
    *METRIC_KINDS,
    *CONTROL_KINDS,
    *STYLE_KINDS,
    *UNCLIP_KINDS,
    *SDXL_KINDS,
    *SD3_KINDS,
    *STABLE_DIFFUSION_KINDS,
    *PIXEL_KINDS,
    *LATENT_DIFFUSION_KINDS,
    *ADAPTER_KINDS,
    *VISION_KINDS,
    *TEXT_ENCODER_KINDS,
    *AUTOENCODER_KINDS,
)


def kind_named(name: str) -> Kind:
    """Return the kind of that name.

    Raises:
        ValueError: there is none.
    """
    for kind in KINDS:
        if kind.name == name:
            return kind
    raise ValueError(f"there is no kind of model file named {name!r}; use one of {', '.join(k.name for k in KINDS)}")
