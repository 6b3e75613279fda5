"""Control pictures: networks beside a denoiser that steer it.

ControlNet (Zhang et al. 2023) and T2I-Adapter (Mou et al. 2023).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Protocol

import torch
import torch.nn.functional as F
from torch import Tensor

from diffusion.checkpoints.weights import Weighted
from diffusion.conditioning import Conditioning
from diffusion.networks.controlnet import ControlNet
from diffusion.networks.t2i_adapter import T2IAdapter
from diffusion.processes.process import Process


@dataclass(frozen=True, eq=False)
class Control:
    """A picture and the network that reads it, as nodes hand it on.

    Attributes:
        weighted: the network.
        picture: [B, H, W, C] in 0..1.
        strength: 0 is off, 1 as trained.
        start, end: shares of the run's noise levels between which it works; 0 is pure noise.
        to_negative: whether negative prompts without a control of their own take this one.
        previous: another control, which works too.
    """

    weighted: Weighted[Any]
    picture: Tensor
    strength: float = 1.0
    start: float = 0.0
    end: float = 1.0
    to_negative: bool = False
    previous: "Control | None" = None

    @property
    def chain(self) -> tuple["Control", ...]:
        """Every control that works, the first one first."""
        found: list[Control] = []
        control: Control | None = self
        while control is not None:
            found.append(control)
            control = control.previous
        return tuple(reversed(found))


def fitted_hint(picture: Tensor, height: int, width: int) -> Tensor:
    """Cut the middle of pictures [B, H, W, C] to the format of height × width and resize: [B, 3, height, width]."""
    x = picture[..., :3].permute(0, 3, 1, 2)
    x = x if x.shape[1] == 3 else x[:, :1].expand(-1, 3, -1, -1)
    scale = max(height / x.shape[-2], width / x.shape[-1])
    rows, columns = min(x.shape[-2], round(height / scale)), min(x.shape[-1], round(width / scale))
    top, left = (x.shape[-2] - rows) // 2, (x.shape[-1] - columns) // 2
    x = x[..., top : top + rows, left : left + columns]
    # Lines and labels keep their values: no shades appear between them.
    return F.interpolate(x, (height, width), mode="nearest-exact")


class ControlPart(Protocol):
    """One network with its weights in place, and its picture."""

    def extras(self, x: Tensor, sigma: float, timesteps: Tensor, steering: Conditioning) -> dict[str, Tensor]:
        """Return what it adds to the denoiser, by name. Raises ValueError if it was made for another kind of model."""
        ...


class ControlNetPart:
    """A ControlNet, which looks at every step anew."""

    def __init__(self, network: ControlNet, control: Control) -> None:
        self._network = network
        self._control = control
        self._hint: Tensor | None = None

    def extras(self, x: Tensor, sigma: float, timesteps: Tensor, steering: Conditioning) -> dict[str, Tensor]:
        """Return "residual.0" …: what is added to a UNet's skips, and last to its middle."""
        dtype = next(self._network.parameters()).dtype
        given = steering.to(x.device, dtype)
        self._check(given)
        side = (x.shape[-2] * self._network.factor, x.shape[-1] * self._network.factor)
        if self._hint is None or self._hint.shape[-2:] != x.shape[-2:]:
            # The picture is the same at every step: it is read once.
            hint = fitted_hint(self._control.picture, *side).to(x.device, dtype)
            self._hint = self._network.embed_hint(hint)
        made = self._network(x.to(dtype), timesteps, _rows(self._hint, x), given.context, given.y)
        return {f"residual.{number}": tensor for number, tensor in enumerate(made)}

    def _check(self, steering: Conditioning) -> None:
        config = self._network.config
        context = steering.context
        if config.context_width and (context is None or context.shape[-1] != config.context_width):
            found = "none" if context is None else f"{context.shape[-1]} wide"
            raise ValueError(
                f"This ControlNet reads text features {config.context_width} wide, and the prompt's are {found}: "
                "it was made for another kind of model."
            )


class AdapterPart:
    """A T2I-Adapter, which looks at the picture alone, once."""

    def __init__(self, network: T2IAdapter, control: Control) -> None:
        self._network = network
        self._control = control
        self._features: tuple[tuple[int, ...], list[Tensor]] | None = None

    def extras(self, x: Tensor, sigma: float, timesteps: Tensor, steering: Conditioning) -> dict[str, Tensor]:
        """Return "feature.0" …: what is added to the levels of a UNet's way down."""
        size = tuple(x.shape[-2:])
        if self._features is None or self._features[0] != size:
            dtype = next(self._network.parameters()).dtype
            hint = fitted_hint(self._control.picture, x.shape[-2] * 8, x.shape[-1] * 8)
            hint = hint if self._network.config.hint_channels == 3 else hint.mean(dim=1, keepdim=True)
            self._features = size, self._network(hint.to(x.device, dtype))
        return {f"feature.{number}": _rows(feature, x) for number, feature in enumerate(self._features[1])}


def _rows(tensor: Tensor, x: Tensor) -> Tensor:
    """Repeat or cycle rows for as many as x has."""
    return tensor[torch.arange(x.shape[0], device=tensor.device) % tensor.shape[0]]


class ControlGuide:
    """Every control of a conditioning, at work beside the denoiser."""

    def __init__(self, controls: Sequence[tuple[Control, ControlPart]], process: Process) -> None:
        self._parts = [
            (part, control.strength, process.sigma_at(control.start), process.sigma_at(control.end))
            for control, part in controls
        ]

    def steer(self, x: Tensor, sigma: float, timesteps: Tensor, steering: Conditioning) -> Conditioning:
        """Add to a conditioning what the controls say.

        Args:
            x: [B, C, H, W], as the network sees it, without joined channels.
            sigma: the level.
            timesteps: [B], as the network is told.
            steering: with B rows.

        Raises:
            ValueError: a network was made for another kind of model.
        """
        total: dict[str, Tensor] = {}
        for part, strength, first, last in self._parts:
            if strength == 0 or not last <= sigma <= first:
                continue
            for name, tensor in part.extras(x, sigma, timesteps, steering).items():
                scaled = tensor.to(x.dtype) * strength
                if name in total and total[name].shape != scaled.shape:
                    raise ValueError("These control networks were made for different kinds of models; use one kind.")
                total[name] = total[name] + scaled if name in total else scaled
        return replace(steering, extras={**steering.extras, **total}) if total else steering


def _part(network: Any, control: Control) -> ControlPart:
    return AdapterPart(network, control) if isinstance(network, T2IAdapter) else ControlNetPart(network, control)


def guides_for(
    positive: Sequence[Mapping[str, Any]],
    negative: Sequence[Mapping[str, Any]],
    process: Process,
    network_of: Callable[[Weighted[Any]], Any],
) -> tuple[list[ControlGuide | None], list[ControlGuide | None]]:
    """Put the controls of prompts to work: one guide, or None, for each prompt.

    Args:
        positive, negative: the options of the prompts, which may have a `Control` under "control". A negative prompt
            without one takes the first positive prompt's that is meant for it too.
        process: the model's.
        network_of: gives a network whose weights stay in place for the length of the run; asked once for each.
    """
    made: dict[int, ControlGuide] = {}
    networks: dict[str, Any] = {}

    def network(weighted: Weighted[Any]) -> Any:
        if weighted.identity not in networks:
            networks[weighted.identity] = network_of(weighted)
        return networks[weighted.identity]

    def guide(control: Control | None) -> ControlGuide | None:
        # Prompts that share a control share its guide: they can then share a pass of the network.
        if control is None:
            return None
        if id(control) not in made:
            parts = [(part, _part(network(part.weighted), part)) for part in control.chain]
            made[id(control)] = ControlGuide(parts, process)
        return made[id(control)]

    given: list[Control | None] = [options.get("control") for options in positive]
    shared = next((control for control in given if control is not None and control.to_negative), None)
    against = [options.get("control") or shared for options in negative]
    return [guide(control) for control in given], [guide(control) for control in against]
