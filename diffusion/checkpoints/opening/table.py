"""Which opener opens which kind of file. A new family adds its file beside this one and its rows here."""

from collections.abc import Callable, Mapping

from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening
from diffusion.checkpoints.opening.stable_diffusion import open_sd1

Opener = Callable[[Opening], OpenedModel]

OPENERS: Mapping[str, Opener] = {
    "sd1": open_sd1,
}
"""`Detection.family` → opener."""
