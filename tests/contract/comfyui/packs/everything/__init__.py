"""A pack that uses every feature of ComfyUI's contract v1; see the files beside it."""

from .flow import CLASSES as FLOW
from .inputs import CLASSES as INPUTS
from .services import CLASSES as SERVICES

NODE_CLASS_MAPPINGS = {**INPUTS, **FLOW, **SERVICES}
NODE_DISPLAY_NAME_MAPPINGS = {"EveryInput": "Every kind of input"}
WEB_DIRECTORY = "./js"
