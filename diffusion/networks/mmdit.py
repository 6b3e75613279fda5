"""The multimodal diffusion transformer of Stable Diffusion 3 and 3.5 (Esser et al. 2024) under its published keys."""

from dataclasses import dataclass

import torch
from torch import Tensor, nn

from diffusion.networks.embedding import timestep_embedding
from diffusion.networks.joint_block import JointBlock, modulate, unscaled_norm

# Width of the sinusoidal embedding of timesteps, before its MLP.
TIMESTEP_WIDTH = 256


@dataclass(frozen=True)
class MMDiTConfig:
    """What shapes and keys of a file say. The defaults are Stable Diffusion 3 medium.

    Attributes:
        channels: of the latent.
        patch: side of the square of latent cells that makes a token.
        width, depth, heads: of the transformer.
        context_width: of the text features.
        vector_width: of the pooled text vector `y`.
        grid: side of the stored table of positions, in tokens.
        normalise_query_key: whether queries and keys pass an RMS norm (version 3.5).
        dual_layers: number of leading blocks whose picture also attends to itself alone (3.5 medium).
    """

    channels: int = 16
    patch: int = 2
    width: int = 1536
    depth: int = 24
    heads: int = 24
    context_width: int = 4096
    vector_width: int = 2048
    grid: int = 192
    normalise_query_key: bool = False
    dual_layers: int = 0


class PatchEmbedding(nn.Module):
    """Squares of latent cells → tokens (key `proj`)."""

    def __init__(self, channels: int, patch: int, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(channels, width, patch, stride=patch)

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, C, H, W] to [B, (H/patch)·(W/patch), width], row by row."""
        return self.proj(x).flatten(2).transpose(1, 2)


class VectorEmbedding(nn.Module):
    """Two linear layers (keys `mlp.0`, `mlp.2`)."""

    def __init__(self, width: int, out_width: int) -> None:
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(width, out_width), nn.SiLU(), nn.Linear(out_width, out_width))

    def forward(self, x: Tensor) -> Tensor:
        """Map [B, width] to [B, out_width]."""
        return self.mlp(x)


class FinalLayer(nn.Module):
    """Tokens → patches of the prediction. Keys: `adaLN_modulation.1`, `linear`."""

    def __init__(self, width: int, out_width: int) -> None:
        super().__init__()
        self.norm_final = unscaled_norm(width)
        self.linear = nn.Linear(width, out_width)
        self.adaLN_modulation = nn.Sequential(nn.SiLU(), nn.Linear(width, 2 * width))

    def forward(self, x: Tensor, condition: Tensor) -> Tensor:
        """Map [B, N, width] under a condition [B, width] to [B, N, out_width]."""
        shift, scale = self.adaLN_modulation(condition).chunk(2, dim=1)
        return self.linear(modulate(self.norm_final(x), shift, scale))


class MMDiT(nn.Module):
    """Predicts the velocity (noise minus data) of a rectified flow, given its time and text."""

    def __init__(self, config: MMDiTConfig) -> None:
        super().__init__()
        self.config = config
        width = config.width
        self.x_embedder = PatchEmbedding(config.channels, config.patch, width)
        self.t_embedder = VectorEmbedding(TIMESTEP_WIDTH, width)
        self.y_embedder = VectorEmbedding(config.vector_width, width)
        self.context_embedder = nn.Linear(config.context_width, width)
        # Stored, not trained: a table of sines that files carry, so nothing has to be recomputed in their way.
        self.register_buffer("pos_embed", torch.zeros(1, config.grid**2, width))
        self.joint_blocks = nn.ModuleList(
            [
                JointBlock(
                    width,
                    config.heads,
                    normalise=config.normalise_query_key,
                    dual=index < config.dual_layers,
                    last=index + 1 == config.depth,
                )
                for index in range(config.depth)
            ]
        )
        self.final_layer = FinalLayer(width, config.patch**2 * config.channels)

    def positions(self, rows: int, columns: int) -> Tensor:
        """Return the middle [1, rows·columns, width] of the stored table.

        Raises:
            ValueError: the picture is larger than the table.
        """
        side = self.config.grid
        if rows > side or columns > side:
            limit = side * self.config.patch * 8
            raise ValueError(f"this model makes pictures of up to {limit} × {limit} pixels; choose a smaller size")
        top, left = (side - rows) // 2, (side - columns) // 2
        table = self.get_buffer("pos_embed").unflatten(1, (side, side))
        return table[:, top : top + rows, left : left + columns].flatten(1, 2)

    def forward(self, x: Tensor, timesteps: Tensor, context: Tensor | None = None, y: Tensor | None = None) -> Tensor:
        """Predict the velocity.

        Args:
            x: latent [B, channels, H, W]; H and W are multiples of the patch.
            timesteps: [B], 1000·σ.
            context: text features [B, T, context_width].
            y: pooled text [B, vector_width].

        Returns:
            [B, channels, H, W] in the dtype of `x`.

        Raises:
            ValueError: no text was given, or the size does not fit.
        """
        if context is None or y is None:
            raise ValueError("this model needs text features and a pooled text vector, and one is missing")
        patch, (height, width) = self.config.patch, x.shape[-2:]
        if height % patch or width % patch:
            raise ValueError(f"the latent is {height} × {width} cells; both must be multiples of {patch}")
        rows, columns = height // patch, width // patch
        tokens = self.x_embedder(x) + self.positions(rows, columns).to(x.dtype)
        time = self.t_embedder(timestep_embedding(timesteps, TIMESTEP_WIDTH).to(x.dtype))
        condition = time + self.y_embedder(y.to(x.dtype))
        text: Tensor | None = self.context_embedder(context)
        for block in self.joint_blocks:
            text, tokens = block(text, tokens, condition)
        patches: Tensor = self.final_layer(tokens, condition)
        patches = patches.unflatten(2, (patch, patch, self.config.channels)).unflatten(1, (rows, columns))
        return patches.permute(0, 5, 1, 3, 2, 4).reshape(x.shape)
