"""The VQ autoencoder of latent diffusion (Esser et al. 2021; Rombach et al. 2022) under its published keys."""

from dataclasses import dataclass

from torch import Tensor, nn

from diffusion.networks.autoencoder import AutoencoderConfig, Decoder, Encoder


@dataclass(frozen=True)
class VQConfig:
    """What a file says.

    Attributes:
        body: the convolutional body, which it shares with the KL autoencoder.
        codes: number of vectors in the codebook.
        code_width: width of each.
    """

    body: AutoencoderConfig
    codes: int
    code_width: int


class Codebook(nn.Module):
    """The vectors a latent may take (key `embedding`)."""

    def __init__(self, codes: int, width: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(codes, width)

    def indices(self, latent: Tensor) -> Tensor:
        """Return the number of the nearest vector at each position of a latent [B, C, h, w], as [B, h, w] int64."""
        table = self.embedding.weight
        flat = latent.movedim(1, -1)
        # The square of the latent itself is the same for all vectors and left out.
        distance = table.square().sum(dim=1) - 2 * flat @ table.T
        return distance.argmin(dim=-1)

    def look_up(self, indices: Tensor) -> Tensor:
        """Return the vectors of indices [B, h, w] as a latent [B, C, h, w]."""
        return self.embedding(indices).movedim(-1, 1)


class AutoencoderVQ(nn.Module):
    """Pixels ⇄ latent. Diffusion works on the latent before the codebook; decoding snaps it to the codebook first.

    Keys: `encoder`, `decoder`, `quant_conv`, `post_quant_conv`, `quantize.embedding`.
    """

    def __init__(self, config: VQConfig) -> None:
        super().__init__()
        self.config = config
        body = config.body
        self.encoder = Encoder(body, out_channels=body.latent_channels)
        self.decoder = Decoder(body)
        self.quantize = Codebook(config.codes, config.code_width)
        self.quant_conv = nn.Conv2d(body.latent_channels, config.code_width, 1)
        self.post_quant_conv = nn.Conv2d(config.code_width, body.latent_channels, 1)

    def encode(self, image: Tensor) -> Tensor:
        """Encode pictures [B, 3, H, W] in -1..1 to latents [B, C, H/f, W/f], not quantised."""
        return self.quant_conv(self.encoder(image))

    def decode(self, latent: Tensor, *, quantised: bool = False) -> Tensor:
        """Decode latents [B, C, h, w] to pictures [B, 3, h·f, w·f], about -1..1 and not clamped.

        `quantised` says that the latent is made of codebook vectors already, or shall be decoded as it is.
        """
        if not quantised:
            latent = self.quantize.look_up(self.quantize.indices(latent))
        return self.decoder(self.post_quant_conv(latent))

    def decode_indices(self, indices: Tensor) -> Tensor:
        """Decode numbers of codebook vectors [B, h, w] to pictures [B, 3, h·f, w·f]."""
        return self.decode(self.quantize.look_up(indices), quantised=True)
