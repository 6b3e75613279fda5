"""The starter's CLIP: the frozen text encoder, a projection of its text feature, and a vision transformer."""

import math
from pathlib import Path

import torch
import torch.nn.functional as F
from open_clip.loss import ClipLoss
from torch import Tensor, nn

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.networks.clip import ClipText
from diffusion.networks.clip_vision import ClipVision, ClipVisionConfig
from training.quick_kernels import quicken
from training.stages.text_model import WIDTH
from training.world.coverage import CELLS
from training.world.vocabulary import OBJECTS, PALETTE

VISION = ClipVisionConfig(
    width=192, mlp_width=384, layers=4, heads=3, patch=8, size=64, projection=WIDTH, activation="gelu"
)
"""64 patches: as many as the world's coverage has cells. Heads and activation are what shapes of this width tell."""
LENGTH = math.sqrt(WIDTH)
"""Mean length of embeddings in the file: about one for each component, which suits priors and decoders."""


def frozen_text(checkpoint: Path) -> ClipText:
    """The text encoder of a shipped file, ready to run.

    Raises:
        ValueError: the file holds no CLIP text encoder.
    """
    opened = open_model(checkpoint)
    network = materialise(opened.text[0].weighted) if opened.text else None
    if not isinstance(network, ClipText):
        raise ValueError(f"{checkpoint} holds {opened.detection.title}, and no CLIP text encoder.")
    return network


@torch.no_grad()
def text_states(text: ClipText, ids: Tensor, end: int) -> tuple[Tensor, Tensor]:
    """Token states after the final norm [B, T, width], and that of the first end token [B, width]."""
    with torch.autocast("cpu", torch.bfloat16):
        states = text(ids).last.float()
    first = torch.eq(ids, end).int().argmax(dim=-1)
    return states, states[torch.arange(len(ids)), first]


class ClipTraining(nn.Module):
    """What is trained: tower, both projections, temperature, and a head on the patches that is thrown away.

    The head says what is in each patch. The contrastive loss alone takes far longer to find out that there are things.
    """

    def __init__(self) -> None:
        super().__init__()
        self.vision = ClipVision(VISION)
        self.text_projection = nn.Linear(WIDTH, WIDTH, bias=False)
        self.temperature = nn.Parameter(torch.tensor(math.log(1 / 0.07)))
        self.objects = nn.Linear(VISION.width, len(OBJECTS) + 1)
        self.colours = nn.Linear(VISION.width, len(PALETTE))
        embeddings = self.vision.vision_model.embeddings
        nn.init.normal_(embeddings.class_embedding, std=VISION.width**-0.5)
        nn.init.normal_(embeddings.position_embedding.weight, std=0.02)
        assert VISION.size // VISION.patch == CELLS
        quicken(self)

    def embed(self, pooled: Tensor, pictures: Tensor, grounded: int) -> tuple[Tensor, Tensor, tuple[Tensor, Tensor]]:
        """Unit embeddings of texts and of pictures [B, width], and logits of what is in each patch.

        Args:
            pooled: states of end tokens [B, width].
            pictures: [B, 3, 64, 64] as `clip_pixels` makes them.
            grounded: of so many pictures, one says what is in its patches.
        """
        with torch.autocast("cpu", torch.bfloat16):
            seen = self.vision(pictures)
            patches = F.layer_norm(seen.last[::grounded, 1:].float(), (VISION.width,))
            logits = self.objects(patches), self.colours(patches)
        texts = self.text_projection(pooled.float())
        return F.normalize(texts, dim=-1), F.normalize(seen.embedding.float(), dim=-1), logits

    def contrast(self, texts: Tensor, images: Tensor) -> Tensor:
        """The symmetric loss of CLIP (Radford et al. 2021), by open_clip."""
        loss = ClipLoss()(images, texts, self.temperature.clamp(max=math.log(100)).exp())
        assert isinstance(loss, Tensor)
        return loss


def vision_weights(weights: dict[str, Tensor], scale: float) -> dict[str, Tensor]:
    """The tower's weights under their published names, its projection times `scale`."""
    own = {name.removeprefix("vision."): t for name, t in weights.items() if name.startswith("vision.")}
    return own | {"visual_projection.weight": own["visual_projection.weight"] * scale}
