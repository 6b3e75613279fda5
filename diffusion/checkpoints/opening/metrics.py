"""Networks that only measure pictures."""

import re

from diffusion.checkpoints.kind import Kind
from diffusion.checkpoints.layout import Layout
from diffusion.checkpoints.opened import OpenedModel
from diffusion.checkpoints.opening.opening import Opening

_IDLE = re.compile(r"AuxLogits\..*|.*\.num_batches_tracked")


def open_inception(opening: Opening) -> OpenedModel:
    """Open Inception v3 in torchvision's layout, whose features Fréchet distances compare (Heusel et al. 2017)."""
    # Torchvision takes seconds to import, and only these files need it.
    from diffusion.networks.inception import InceptionFeatures

    opening.leave_matching(_IDLE)
    names = {name: name for name in opening.file.shapes if not _IDLE.fullmatch(name)}
    features = opening.part("features", names, lambda shapes: InceptionFeatures(), title="Inception network")
    return OpenedModel(opening.file.path, opening.detection, parts={"features": features})


def _inception(layout: Layout) -> str | None:
    return "blocks called Mixed_7c and Conv2d_1a_3x3" if "Mixed_7c.branch_pool.conv.weight" in layout.shapes else None


METRIC_KINDS = (Kind("inception", "Inception v3", _inception, open_inception),)
