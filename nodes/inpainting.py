"""Repaint a part of a picture, or a picture by an instruction."""

from typing import Annotated

import torch
import torch.nn.functional as F
from torch import Tensor

from graph_engine.spec.sdk import Ge, Le, Name, NodeContext, Tooltip, node
from nodes.autoencoding import cut_to_cells, encode
from nodes.conditioning_regions import with_options
from nodes.sockets import Conditioning, Image, Latent, LatentBatch, Mask, Vae

CATEGORY = "conditioning/inpainting"
Positive = Annotated[Conditioning, Name("positive")]
Negative = Annotated[Conditioning, Name("negative")]
LatentOut = Annotated[Latent, Name("latent")]


def fitted(mask: Tensor, pixels: Tensor) -> Tensor:
    """Resize a mask [B, H, W] to pictures [B, H, W, C], bilinearly; returns [B, 1, H, W]."""
    mask = mask.reshape(-1, 1, *mask.shape[-2:]).float()
    return mask if mask.shape[-2:] == pixels.shape[1:3] else F.interpolate(mask, pixels.shape[1:3], mode="bilinear")


def greyed(pixels: Tensor, mask: Tensor) -> Tensor:
    """Put grey into pictures [B, H, W, C] in 0..1 where a mask [B, 1, H, W] is above one half."""
    kept = (mask < 0.5).to(pixels).permute(0, 2, 3, 1)
    return (pixels - 0.5) * kept + 0.5


def _cut_alike(pixels: Tensor, mask: Tensor, factor: int) -> tuple[Tensor, Tensor]:
    mask = fitted(mask, pixels)
    return cut_to_cells(pixels[..., :3], factor), cut_to_cells(mask.permute(0, 2, 3, 1), factor).permute(0, 3, 1, 2)


@node(id="SetLatentNoiseMask", title="Repaint where", category="latent/inpainting", aliases=("inpaint", "mask"))
def set_latent_noise_mask(
    *, samples: Latent, mask: Annotated[Mask, Tooltip("White is repainted; black stays as it is")]
) -> Latent:
    """Lets a sampler repaint a latent where the mask is white, with any model (Lugmayr et al. 2022, "RePaint").

    What is black stays the same, bit for bit.
    """
    return {**samples, "noise_mask": mask.reshape(-1, 1, *mask.shape[-2:])}


@node(id="VAEEncodeForInpaint", title="Encode to repaint", category="latent/inpainting")
def vae_encode_for_inpaint(
    ctx: NodeContext,
    *,
    pixels: Image,
    vae: Vae,
    mask: Mask,
    grow_mask_by: Annotated[int, Ge(0), Le(64), Tooltip("Pixels by which the mask grows, against seams")] = 6,
) -> Latent:
    """Encodes a picture with grey where the mask is white, and marks it to be repainted (Rombach et al. 2022, §4.5)."""
    picture, whole = _cut_alike(pixels, mask, vae.latent.factor)
    grown = F.max_pool2d(whole, 2 * (grow_mask_by // 2) + 1, stride=1, padding=grow_mask_by // 2)
    return {"samples": encode(ctx, vae, greyed(picture, whole)), "noise_mask": grown.round()}


@node(id="InpaintModelConditioning", title="Repaint with an inpainting model", category=CATEGORY)
def inpaint_model_conditioning(
    ctx: NodeContext,
    *,
    positive: Conditioning,
    negative: Conditioning,
    vae: Vae,
    pixels: Image,
    mask: Annotated[Mask, Tooltip("White is repainted")],
    noise_mask: Annotated[bool, Tooltip("Also keep the black part as it is, bit for bit")] = True,
) -> tuple[Positive, Negative, LatentOut]:
    """Shows an inpainting model (nine channels) the picture without its masked part (Rombach et al. 2022, §4.5)."""
    picture, whole = _cut_alike(pixels, mask, vae.latent.factor)
    seen, original = encode(ctx, vae, greyed(picture, whole)), encode(ctx, vae, picture)
    latent: LatentBatch = {"samples": original}
    if noise_mask:
        latent["noise_mask"] = whole
    steering = [with_options(one, concat_latent_image=seen, concat_mask=whole) for one in (positive, negative)]
    return steering[0], steering[1], latent


@node(id="InstructPixToPixConditioning", title="Edit by instruction", category="conditioning/instruct")
def instruct_pix_to_pix_conditioning(
    ctx: NodeContext, *, positive: Conditioning, negative: Conditioning, vae: Vae, pixels: Image
) -> tuple[Positive, Negative, LatentOut]:
    """Shows an InstructPix2Pix model (eight channels) the picture to edit (Brooks et al. 2023).

    Guide it by two scales with 'Guidance by two conditionings': the positive output, the negative output, and the
    negative prompt as it was before this node.
    """
    seen = encode(ctx, vae, pixels[..., :3])
    steering = [with_options(one, concat_latent_image=seen) for one in (positive, negative)]
    return steering[0], steering[1], {"samples": torch.zeros_like(seen)}


@node(id="DepthConditioning", title="Depth conditioning", category="conditioning/depth", aliases=("sd2 depth", "midas"))
def depth_conditioning(*, positive: Conditioning, negative: Conditioning, depth: Image) -> tuple[Positive, Negative]:
    """Shows a depth model (five channels) how far away everything is: brighter is nearer (Ranftl et al. 2020, MiDaS).

    Any scale will do; the map is stretched to its own range.
    """
    distance = depth[..., :3].mean(dim=-1)
    steering = [with_options(one, concat_depth=distance) for one in (positive, negative)]
    return steering[0], steering[1]
