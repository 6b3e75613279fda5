"""The CLIP text encoder (Radford et al. 2021), the library's module inside ours."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.interrupt import pause_point


@dataclass(frozen=True)
class ClipTextConfig:
    """What a file says about its text encoder. The defaults are CLIP ViT-L/14's, the encoder of Stable Diffusion 1.

    Attributes:
        width: width of the token features.
        mlp_width: width inside the feed-forward.
        layers: transformer layers.
        heads: attention heads; shapes cannot tell, see `clip_text_config_from_shapes`.
        vocabulary: number of tokens.
        positions: longest sequence.
        activation: "quick_gelu" (OpenAI's weights) or "gelu".
    """

    width: int = 768
    mlp_width: int = 3072
    layers: int = 12
    heads: int = 12
    vocabulary: int = 49_408
    positions: int = 77
    activation: str = "quick_gelu"


@dataclass(frozen=True)
class ClipTextStates:
    """What the encoder made of token ids [B, T].

    Attributes:
        hidden: [B, T, width] before the first layer and after each one, without the final norm;
            `hidden[-1]` is the last layer's, `hidden[-2]` the penultimate one's.
        last: `hidden[-1]` after the final layer norm.
    """

    hidden: tuple[Tensor, ...]
    last: Tensor


class ClipText(nn.Module):
    """Token ids → features. Keys: `transformer.` and what the library calls its parts."""

    def __init__(self, config: ClipTextConfig) -> None:
        super().__init__()
        # Importing the library takes seconds; a worker can offer its nodes before it needs a text encoder. By full
        # path: the package's lazy names fail while another thread, such as a worker's warm-up, is importing it.
        from transformers.models.clip.configuration_clip import CLIPTextConfig
        from transformers.models.clip.modeling_clip import CLIPTextModel

        self.config = config
        self.transformer = CLIPTextModel(
            CLIPTextConfig(
                vocab_size=config.vocabulary,
                hidden_size=config.width,
                intermediate_size=config.mlp_width,
                num_hidden_layers=config.layers,
                num_attention_heads=config.heads,
                max_position_embeddings=config.positions,
                hidden_act=config.activation,
                # Begin, end and padding are the tokenizer's affair. The library wants ids inside the vocabulary for
                # its own pooled output, which nothing here reads.
                bos_token_id=0,
                eos_token_id=config.vocabulary - 1,
                pad_token_id=0,
            )
        )
        # This buffer is in no file and would stay on the meta device; positions are passed to forward instead.
        del self.transformer.embeddings.position_ids
        for layer in self.transformer.encoder.layers:
            layer.register_forward_pre_hook(lambda _module, _args: pause_point())

    def forward(self, ids: Tensor) -> ClipTextStates:
        """Encode token ids [B, T] (int64, T ≤ positions); attention is causal, padding is not masked."""
        positions = torch.arange(ids.shape[1], device=ids.device)[None]
        output = self.transformer(input_ids=ids, position_ids=positions, output_hidden_states=True)
        return ClipTextStates(hidden=tuple(output.hidden_states), last=output.last_hidden_state)

    def final_norm(self, hidden: Tensor) -> Tensor:
        """Apply the final layer norm to features [B, T, width] of any layer (what "clip skip" does)."""
        return self.transformer.final_layer_norm(hidden)
