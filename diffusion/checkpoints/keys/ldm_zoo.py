"""The models that latent diffusion's authors published, told apart by shapes, with what shapes do not tell.

Figures are those of the configuration files beside the published weights.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from diffusion.checkpoints.keys.adm import adm_config_from_shapes
from diffusion.checkpoints.keys.reading import Shapes
from diffusion.checkpoints.shapes import unet_config_from_shapes
from diffusion.networks.adm import AdmConfig
from diffusion.networks.unet import UNetConfig

ZooKind = Literal[
    "ldm_text",
    "ldm_text256",
    "ldm_class",
    "ldm_class_vq8",
    "ldm_layout",
    "ldm_retrieval",
    "ldm_inpaint",
    "ldm_upscale",
    "ldm_semantic",
    "ldm_unconditional",
    "ldm_churches",
]


@dataclass(frozen=True)
class ZooFacts:
    """What shapes do not tell about a published model.

    Attributes:
        title: what people call it.
        beta_end, beta_start: of the variances, linear in their roots.
        heads: of attention at every level; None where a head is `head_width` channels wide.
        head_width: see `heads`.
        scale: the denoiser works on the latent times this.
        factor: pixels a latent cell covers.
        side: pixels of the pictures it was trained on.
        guidance: strength its authors recommend, or None.
    """

    title: str
    beta_end: float
    beta_start: float = 0.0015
    heads: int | None = None
    head_width: int = 32
    scale: float = 1.0
    factor: int = 4
    side: int = 256
    guidance: float | None = None


ZOO: Mapping[ZooKind, ZooFacts] = {
    "ldm_text": ZooFacts("Latent diffusion, text", 0.012, 0.00085, 8, scale=0.18215, factor=8, guidance=5.0),
    "ldm_text256": ZooFacts("Latent diffusion, text (CC3M)", 0.0195, guidance=5.0),
    "ldm_class": ZooFacts("Latent diffusion, ImageNet classes", 0.0195, heads=1, guidance=3.0),
    "ldm_class_vq8": ZooFacts("Latent diffusion, ImageNet classes (VQ-f8)", 0.0195, factor=8),
    "ldm_layout": ZooFacts("Latent diffusion, layout to image", 0.0205),
    "ldm_retrieval": ZooFacts("Retrieval-augmented diffusion", 0.015, scale=0.22765929, factor=16, side=768),
    "ldm_inpaint": ZooFacts("Latent diffusion, inpainting", 0.0205, heads=8, side=512),
    "ldm_upscale": ZooFacts("Latent diffusion, super-resolution", 0.0155),
    "ldm_semantic": ZooFacts("Latent diffusion, semantic maps", 0.0205, heads=8),
    "ldm_unconditional": ZooFacts("Latent diffusion, unconditional", 0.0195),
    "ldm_churches": ZooFacts("Latent diffusion, churches (KL-f8)", 0.0155, heads=8, factor=8),
}  # fmt: skip

_BY_CONTEXT: Mapping[tuple[int, int], ZooKind] = {
    # (width of the context, channels of the latent)
    (1280, 4): "ldm_text",
    (640, 3): "ldm_text256",
    (512, 3): "ldm_class",
    (512, 4): "ldm_class_vq8",
    (768, 16): "ldm_retrieval",
}


def zoo_kind(shapes: Shapes) -> ZooKind | None:
    """Tell which published model a UNet is, by its keys without a prefix; None if it is none of them."""
    conv_in = shapes.get("input_blocks.0.0.weight", ())
    if len(conv_in) != 4 or "label_emb.weight" in shapes or "label_emb.0.0.weight" in shapes:
        return None
    channels = conv_in[1]
    contexts = {shape[1] for name, shape in shapes.items() if name.endswith("attn2.to_k.weight")}
    if contexts:
        if any(".transformer_blocks.2." in name for name in shapes):
            return "ldm_layout" if contexts == {512} else None
        return _BY_CONTEXT.get((min(contexts), channels)) if len(contexts) == 1 else None
    if shapes.get("out.2.weight", (0,))[0] not in (3, 4) or any(name.endswith("encoder_kv.weight") for name in shapes):
        return None
    if channels == 6:
        attends = any(name.startswith("input_blocks.") and name.endswith("qkv.weight") for name in shapes)
        return "ldm_upscale" if attends else "ldm_semantic"
    kinds: Mapping[int, ZooKind] = {7: "ldm_inpaint", 3: "ldm_unconditional", 4: "ldm_churches"}
    return kinds.get(channels)


def zoo_config(shapes: Shapes, kind: ZooKind) -> UNetConfig | AdmConfig:
    """Infer the configuration of a published UNet from its keys without a prefix.

    Raises:
        ShapeError: a needed tensor is missing, or the levels are not uniform.
    """
    facts = ZOO[kind]
    head_width = None if facts.heads else facts.head_width
    if any(name.endswith("attn2.to_k.weight") for name in shapes):
        return unet_config_from_shapes(shapes, heads=facts.heads, head_width=head_width)
    return adm_config_from_shapes(shapes, head_width=head_width, heads=facts.heads or 1)
