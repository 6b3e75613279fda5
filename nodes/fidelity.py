"""How near pictures are to the ones they should be, as numbers."""

import math
from typing import Annotated

from diffusion.metrics.fidelity import psnr, ssim
from graph_engine.spec.sdk import Name, NodeResult, Outputs, node
from nodes.sockets import Image

Number = Annotated[float, Name("psnr")]
Likeness = Annotated[float, Name("ssim")]


@node(id="ImageFidelity", title="PSNR and SSIM", category="metrics", is_output=True, aliases=("quality", "error"))
def image_fidelity(*, images: Image, reference: Image) -> Annotated[NodeResult, Outputs(Number, Likeness)]:
    """Measures how near pictures are to a reference: peak signal-to-noise ratio in decibels, and structural similarity.

    Structural similarity after Wang et al. 2004; both are means over the batch. Equal pictures have an infinite ratio,
    given here as 100.
    """
    first, second = (pictures[..., :3].permute(0, 3, 1, 2) for pictures in (images, reference))
    ratio = psnr(first, second).clamp(max=100).mean().item()
    likeness = ssim(first, second).mean().item()
    text = f"PSNR {ratio:.2f} dB · SSIM {likeness:.4f}"
    return NodeResult(values=(ratio if math.isfinite(ratio) else 100.0, likeness), ui={"text": [text]})
