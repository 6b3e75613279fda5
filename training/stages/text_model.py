"""The starter's text encoder and the heads that teach it: an image tower and a grounding head."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel

from diffusion.networks.attention import TransformerBlock
from training.tokenizer import BOS, EOS, LENGTH, Vocabulary
from training.world.coverage import CELLS
from training.world.vocabulary import OBJECTS, PALETTE

WIDTH = 192
LAYERS = 4
HEADS = 3
ACTIVATION = "quick_gelu"


def build_text_encoder(vocabulary: Vocabulary) -> CLIPTextModel:
    """A CLIP text encoder of the starter's size, with CLIP's own initialisation (tokens 0.02, positions 0.01)."""
    config = CLIPTextConfig(
        vocab_size=len(vocabulary.vocab),
        hidden_size=WIDTH,
        intermediate_size=WIDTH * 4,
        projection_dim=WIDTH,
        num_hidden_layers=LAYERS,
        num_attention_heads=HEADS,
        max_position_embeddings=LENGTH,
        hidden_act=ACTIVATION,
        bos_token_id=vocabulary.vocab[BOS],
        eos_token_id=vocabulary.vocab[EOS],
        pad_token_id=vocabulary.vocab[EOS],
    )
    model = CLIPTextModel(config)
    for name, parameter in model.named_parameters():
        if name.endswith("token_embedding.weight"):
            nn.init.normal_(parameter, std=0.02)
        if name.endswith("position_embedding.weight"):
            nn.init.normal_(parameter, std=0.01)
    return model


def token_states(model: CLIPTextModel, ids: Tensor) -> Tensor:
    """Last hidden states after the final norm [B, T, width]: what the UNet's cross-attention reads."""
    states = model(input_ids=ids).last_hidden_state
    assert isinstance(states, Tensor)
    return states


class ImageTower(nn.Module):
    """A small convolutional tower over 64-pixel pictures; only the contrastive loss uses it."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 64, 4, stride=4)
        self.fine = nn.ModuleList([self._block(64) for _ in range(2)])
        self.down = nn.Conv2d(64, 128, 2, stride=2)
        self.coarse = nn.ModuleList([self._block(128) for _ in range(2)])
        self.head = nn.Sequential(nn.GroupNorm(8, 128), nn.Conv2d(128, 32, 1), nn.Flatten(), nn.Linear(32 * 64, WIDTH))

    @staticmethod
    def _block(width: int) -> nn.Sequential:
        return nn.Sequential(
            nn.GroupNorm(8, width),
            nn.Conv2d(width, width, 3, padding=1),
            nn.GELU(),
            nn.Conv2d(width, width, 3, padding=1),
        )

    def forward(self, pictures: Tensor) -> Tensor:
        """Map pictures [B, 3, 64, 64] in -1..1 to embeddings [B, width]."""
        hidden = self.stem(pictures)
        for block in self.fine:
            hidden = hidden + block(hidden)
        hidden = self.down(hidden)
        for block in self.coarse:
            hidden = hidden + block(hidden)
        return self.head(hidden)


class GroundingHead(nn.Module):
    """Position queries that read the token states as a UNet does, and say what is in each cell.

    A contrastive loss alone teaches only the state of EOS. This head gives every token state a reason to carry
    order and binding, in the form in which cross-attention will look for them. It is discarded afterwards.
    """

    def __init__(self, depth: int = 2) -> None:
        super().__init__()
        self.queries = nn.Parameter(torch.randn(CELLS * CELLS, WIDTH) * 0.5)
        self.blocks = nn.ModuleList([TransformerBlock(WIDTH, WIDTH, 6) for _ in range(depth)])
        self.norm = nn.LayerNorm(WIDTH)
        self.objects = nn.Linear(WIDTH, len(OBJECTS) + 1)
        self.colours = nn.Linear(WIDTH, len(PALETTE))

    def forward(self, states: Tensor) -> tuple[Tensor, Tensor]:
        """Map token states [B, T, width] to logits of objects [B, 64, 13] and of colours [B, 64, 12]."""
        hidden = self.queries.expand(len(states), -1, -1)
        for block in self.blocks:
            hidden = block(hidden, states)
        hidden = self.norm(hidden)
        return self.objects(hidden), self.colours(hidden)


def grounding_loss(logits: tuple[Tensor, Tensor], objects: Tensor, colours: Tensor) -> Tensor:
    """Cross-entropy against the shares of each cell, covered cells counting more.

    Args:
        logits: of objects [B, 64, 13] and of colours [B, 64, 12].
        objects, colours: the shares, of the same shapes.
    """
    weight = 0.3 + 3.0 * (1 - objects[..., 0])
    weight = weight / weight.mean()
    by_object = -(objects * F.log_softmax(logits[0].float(), dim=-1)).sum(-1)
    by_colour = -(colours * F.log_softmax(logits[1].float(), dim=-1)).sum(-1)
    return ((by_object + by_colour) * weight).mean()
