"""``nodes``: our built-in nodes as classes, for packs that call or extend them, beside the classes of packs.

The name ``nodes`` is taken by our own package, so that module answers for what it has not got itself.
"""

import importlib
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

from compat.comfyui.server.node_info import object_info
from compat.comfyui.worker.blocker import ExecutionBlocker
from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.shims.place import ShimPlace
from compat.comfyui.worker.shims.sampling_calls import common_ksampler
from compat.comfyui.worker.shims.saving_classes import ROOTS, saving_class
from graph_engine.files.folders import Folders
from graph_engine.spec.declaration import NodeType
from graph_engine.spec.result import Blocked, NodeResult

MAX_RESOLUTION = 16384

METHODS: Mapping[str, str] = {
    "CLIPLoader": "load_clip",
    "CLIPSetLastLayer": "set_last_layer",
    "CLIPTextEncode": "encode",
    "CLIPTextEncodeSDXL": "encode",
    "CheckpointLoaderSimple": "load_checkpoint",
    "ConditioningCombine": "combine",
    "ConditioningConcat": "concat",
    "ConditioningSetTimestepRange": "set_range",
    "ConditioningZeroOut": "zero_out",
    "ControlNetApplyAdvanced": "apply_controlnet",
    "ControlNetLoader": "load_controlnet",
    "DualCLIPLoader": "load_clip",
    "EmptyImage": "generate",
    "EmptyLatentImage": "generate",
    "ImageBatch": "batch",
    "ImageInvert": "invert",
    "ImageScale": "upscale",
    "ImageScaleBy": "upscale",
    "InpaintModelConditioning": "encode",
    "KSampler": "sample",
    "KSamplerAdvanced": "sample",
    "LatentBatch": "batch",
    "LatentUpscale": "upscale",
    "LatentUpscaleBy": "upscale",
    "LoadImage": "load_image",
    "LoadImageMask": "load_image",
    "LoraLoader": "load_lora",
    "LoraLoaderModelOnly": "load_lora_model_only",
    "PreviewImage": "save_images",
    "RepeatLatentBatch": "repeat",
    "SaveImage": "save_images",
    "SetLatentNoiseMask": "set_mask",
    "UNETLoader": "load_unet",
    "VAEDecode": "decode",
    "VAEDecodeTiled": "decode",
    "VAEEncode": "encode",
    "VAEEncodeForInpaint": "encode",
    "VAEEncodeTiled": "encode",
    "VAELoader": "load_vae",
}
"""The methods by which packs call built-in nodes; others are called by ``FUNCTION``."""


ORDERS: Mapping[str, tuple[str, ...]] = {
    "CLIPTextEncode": ("clip", "text"),
    "CLIPTextEncodeSDXL": (
        "clip",
        "width",
        "height",
        "crop_w",
        "crop_h",
        "target_width",
        "target_height",
        "text_g",
        "text_l",
    ),
    "VAEDecode": ("vae", "samples"),
    "VAEDecodeTiled": ("vae", "samples", "tile_size", "overlap"),
    "VAEEncode": ("vae", "pixels"),
    "VAEEncodeForInpaint": ("vae", "pixels", "mask", "grow_mask_by"),
    "VAEEncodeTiled": ("vae", "pixels", "tile_size", "overlap"),
}
"""The order of a method's parameters where it is not that of the inputs."""

CHOICES: Mapping[str, str] = {"upscale_methods": "upscale_method", "crop_methods": "crop"}
"""Lists that packs read off a class, and the inputs whose choices they are."""


def core_class(kind: NodeType, folders: Folders) -> type:
    """A built-in node as a class of contract v1. Its method takes the inputs by place or name.

    ``INPUT_TYPES`` lists the files of ``folders`` as they are when it is asked.
    """
    spec = kind.spec
    info = object_info(spec)
    method = METHODS.get(spec.id, "execute")
    names = ORDERS.get(spec.id, tuple(item.name for item in spec.inputs))

    def call(self: Any, *given: Any, **named: Any) -> Any:
        arguments: dict[str, Any] = {**dict(zip(names, given, strict=False)), **named}
        if kind.context is not None:
            context = current_call()
            if context is None:
                raise RuntimeError(f"{spec.id} can be called from within a node only.")
            arguments[kind.context] = context
        return _v1_result(kind.function(**arguments))

    def input_types(cls: Any) -> dict[str, Any]:
        now = object_info(folders.with_choices({spec.id: spec})[spec.id])
        return {
            section: {name: tuple(entry) for name, entry in entries.items()}
            for section, entries in now["input"].items()
        }

    stated = {name: entry for entries in info["input"].values() for name, entry in entries.items()}
    members = {
        **{name: stated[choice][0] for name, choice in CHOICES.items() if choice in stated},
        "INPUT_TYPES": classmethod(input_types),
        "RETURN_TYPES": tuple(info["output"]),
        "RETURN_NAMES": tuple(info["output_name"]),
        "OUTPUT_IS_LIST": tuple(info["output_is_list"]),
        "OUTPUT_NODE": spec.is_output,
        "INPUT_IS_LIST": spec.list_inputs,
        "CATEGORY": spec.category,
        "DESCRIPTION": spec.description,
        "FUNCTION": method,
        method: call,
    }
    return type(spec.id, (), members)


def _v1_result(result: Any) -> Any:
    if isinstance(result, NodeResult):
        values = tuple(_v1_value(value) for value in result.values)
        return {"ui": dict(result.ui), "result": values} if result.ui else values
    if isinstance(result, tuple):
        return tuple(_v1_value(value) for value in result)  # pyright: ignore[reportUnknownVariableType]
    return (_v1_value(result),)


def _v1_value(value: Any) -> Any:
    return ExecutionBlocker(value.message) if isinstance(value, Blocked) else value


class ClassMappings(Mapping[str, Any]):
    """``NODE_CLASS_MAPPINGS``: every class there is, made when asked for."""

    def __init__(self, place: ShimPlace) -> None:
        self._place = place
        self._made: dict[str, type] = {}

    def __getitem__(self, name: str) -> Any:
        kind = self._place.registry().get(name)
        if kind is None:
            return self._place.classes()[name]
        if name not in self._made:
            plain = core_class(kind, self._place.folders)
            self._made[name] = saving_class(plain, kind, self._place) if name in ROOTS else plain
        return self._made[name]

    def __iter__(self) -> Iterator[str]:
        return iter({**self._place.registry().types, **self._place.classes()})

    def __len__(self) -> int:
        return sum(1 for _ in self)


def answer_for_core_nodes(place: ShimPlace) -> None:
    """Let ``import nodes`` give ``NODE_CLASS_MAPPINGS``, ``MAX_RESOLUTION`` and every built-in class by name."""
    mappings = ClassMappings(place)

    @cache
    def titles() -> dict[str, str]:
        return {name: kind.spec.title for name, kind in place.registry().types.items()}

    def answer(name: str) -> Any:
        match name:
            case "NODE_CLASS_MAPPINGS":
                return mappings
            case "NODE_DISPLAY_NAME_MAPPINGS":
                return titles()
            case "MAX_RESOLUTION":
                return MAX_RESOLUTION
            case "common_ksampler":
                return common_ksampler
            case "EXTENSION_WEB_DIRS":
                return {}
            case _ if name[:1].isupper() and name in mappings:
                return mappings[name]
            case _:
                raise AttributeError(f"module 'nodes' has no attribute {name!r}")

    vars(importlib.import_module("nodes"))["__getattr__"] = answer
