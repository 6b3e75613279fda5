"""Inputs of every kind, and checks of them."""

import os
from pathlib import Path


class AnyType(str):
    def __ne__(self, other):
        return False


ANY = AnyType("*")


class Anything(dict):
    """Any number of optional inputs."""

    def __contains__(self, name):
        return True

    def __getitem__(self, name):
        return (ANY,)


class EveryInput:
    @classmethod
    def INPUT_TYPES(cls):
        return {
            "required": {
                "count": ("INT", {"default": 3, "min": 1, "max": 9, "step": 2, "tooltip": "How many"}),
                "share": (
                    "FLOAT",
                    {"default": 0.5, "min": 0.0, "max": 1.0, "step": 0.01, "round": 0.001, "display": "slider"},
                ),
                "words": ("STRING", {"default": "hello", "multiline": True, "placeholder": "words"}),
                "sure": ("BOOLEAN", {"default": True, "label_on": "yes", "label_off": "no"}),
                "way": (["near", "far"], {"default": "far"}),
                "side": ([512, 1024], {"default": 512}),
                "newer": ("COMBO", {"options": ["one", "two"]}),
            },
            "optional": {
                "seed": ("INT", {"default": 0, "min": 0, "max": 0xFFFFFFFFFFFFFFFF, "control_after_generate": True}),
                "wired": ("INT", {"forceInput": True}),
                "image": ("IMAGE",),
                "colour": ("COLOUR", {"widgetType": "COLOUR"}),
            },
            "hidden": {
                "unique_id": "UNIQUE_ID",
                "prompt": "PROMPT",
                "extra": "EXTRA_PNGINFO",
                "token": "AUTH_TOKEN_COMFY_ORG",
            },
        }

    RETURN_TYPES = ("STRING", "INT", ["near", "far"])
    RETURN_NAMES = ("text", "number", "way")
    OUTPUT_TOOLTIPS = ("All of it", "The count", "The way")
    FUNCTION = "run"
    CATEGORY = "everything/inputs"
    DESCRIPTION = "Takes every kind of input."
    EXPERIMENTAL = True

    def run(self, count, share, words, sure, way, side, newer, unique_id, prompt, extra, token, **more):
        stated = [count, share, words, sure, way, type(side).__name__, side, newer, unique_id, sorted(prompt), token]
        return (repr([*stated, sorted(extra or {}), dict(sorted(more.items()))]), count, way)


class NamesAsText:
    """RETURN_NAMES as a bare text, and a list for a type."""

    RETURN_TYPES = (ANY,)
    RETURN_NAMES = "thing"
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"thing": (ANY, {})}}

    def run(self, thing):
        return (thing,)


class ManyInputs:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {}, "optional": Anything()}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    def run(self, **given):
        return (repr(sorted(given.items())),)


class MoreWires:
    """Wires by names that only its page knows: taken where the method takes any keyword."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"input1": (ANY,)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    def run(self, **given):
        return (repr(sorted(given.items())),)


class FileList:
    """Choices that change while the server runs."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"name": (sorted(os.listdir(os.environ["EVERYTHING_FOLDER"])),)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    def run(self, name):
        return (Path(os.environ["EVERYTHING_FOLDER"], name).read_text(),)


class OwnCheck:
    """VALIDATE_INPUTS by names: for those it names, bounds and choices are its own affair."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"number": ("INT", {"min": 0, "max": 10}), "way": (["near", "far"],)}}

    @classmethod
    def VALIDATE_INPUTS(cls, number):
        if number == 13:
            raise RuntimeError("thirteen")
        if number == 12:
            return False
        return True if number < 100 else f"{number} is beyond all measure"

    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    def run(self, number, way):
        return (number,)


class OwnTypes:
    """VALIDATE_INPUTS with input_types: takes whatever is wired, and judges it."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"thing": ("NOTHING_GIVES_THIS",)}}

    @classmethod
    def VALIDATE_INPUTS(cls, input_types):
        return True if input_types["thing"] in ("INT", "STRING") else f"got {input_types['thing']}"

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/inputs"

    def run(self, thing):
        return (f"took {thing}",)


class EmptyImage:
    """A built-in node's name: it must not win."""

    RETURN_TYPES = ()
    FUNCTION = "run"

    def run(self):
        return ()


CLASSES = {
    "EveryInput": EveryInput,
    "NamesAsText": NamesAsText,
    "ManyInputs": ManyInputs,
    "MoreWires": MoreWires,
    "FileList": FileList,
    "OwnCheck": OwnCheck,
    "OwnTypes": OwnTypes,
    "EmptyImage": EmptyImage,
}
