"""Networks that work beside a denoiser, such as ControlNets: how a run asks for them and calls them."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable

from torch import Tensor, nn

from diffusion.conditioning import Conditioning
from diffusion.families.family import Frame


@runtime_checkable
class Guide(Protocol):
    """Works out, at each call of the network, more inputs for it. Conditionings with one guide share a pass."""

    def beside(self, x: Tensor, sigma: float, timesteps: Tensor, conditioning: Conditioning) -> Mapping[str, Tensor]:
        """Return further extras for the family's `call`, such as "residual.0" … of a ControlNet.

        Args:
            x: what the network sees, [B, C, H, W].
            sigma: the level.
            timesteps: [B].
            conditioning: with B rows.
        """
        ...


@runtime_checkable
class GuideRequest(Protocol):
    """What a conditioning carries under "control": networks to bring in, and how to make a guide of them."""

    @property
    def networks(self) -> Sequence[Any]:
        """The networks as `Weighted`, each leased for the length of the run."""
        ...

    def guide(self, networks: Sequence[nn.Module], frame: Frame, sigma_at: Any) -> Guide:
        """Return the guide for a run.

        Args:
            networks: in the order they were named, on the frame's device.
            frame: of the run.
            sigma_at: share 0..1 of a run → level, for controls that work only part of the time.
        """
        ...
