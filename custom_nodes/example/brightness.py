"""A node that changes pictures, tells how far it is, and sends its front end a message."""

from typing import Any

import comfy.utils
from server import PromptServer


class Brightness:
    """Pictures are float tensors [B, H, W, C] in 0..1."""

    RETURN_TYPES = ("IMAGE",)
    FUNCTION = "run"
    CATEGORY = "example"
    DESCRIPTION = "Makes pictures brighter or darker."

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        """The inputs: a wire, and a number edited in place."""
        factor = {"default": 1.2, "min": 0.0, "max": 4.0, "step": 0.05, "tooltip": "1 changes nothing"}
        return {"required": {"image": ("IMAGE",), "factor": ("FLOAT", factor)}}

    def run(self, image: Any, factor: float) -> tuple[Any]:
        """Called with the inputs by name; returns one value an output, as a tuple."""
        progress = comfy.utils.ProgressBar(len(image))
        changed = image.clone()
        for index, picture in enumerate(image):
            changed[index] = (picture * factor).clamp(0, 1)
            progress.update(1)
        PromptServer.instance.send_sync("example.brightness", {"mean": float(changed.mean())})
        return (changed,)
