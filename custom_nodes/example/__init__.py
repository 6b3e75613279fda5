"""A worked example of a plug-in by ComfyUI's contract: two nodes, written as that contract has them.

Copy this folder, rename it, and change the nodes. See docs/plugins.md. Node ids must be new: a built-in node keeps
its own, and of two plug-ins the later one wins.
"""

from .brightness import Brightness
from .pick import Pick

NODE_CLASS_MAPPINGS = {"ExampleBrightness": Brightness, "ExamplePick": Pick}
NODE_DISPLAY_NAME_MAPPINGS = {"ExampleBrightness": "Brightness (example)", "ExamplePick": "Pick (example)"}
