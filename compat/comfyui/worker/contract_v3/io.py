"""The namespace ``io``: types, schema, node and result of contract v3."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from types import SimpleNamespace
from typing import Any, ClassVar

from compat.comfyui.worker.contract_v3 import sockets
from compat.comfyui.worker.contract_v3.sockets import Input, Output

_PLAIN_TYPES = (
    "AnyType",
    "Audio",
    "AudioEncoder",
    "AudioEncoderOutput",
    "Clip",
    "ClipVision",
    "ClipVisionOutput",
    "Conditioning",
    "ControlNet",
    "Gligen",
    "Guider",
    "HookKeyframes",
    "Hooks",
    "Image",
    "ImageCompare",
    "Latent",
    "LoraModel",
    "LossMap",
    "Mask",
    "Mesh",
    "Model",
    "ModelPatch",
    "Noise",
    "Photomaker",
    "Point",
    "Sampler",
    "Sigmas",
    "StyleModel",
    "SVG",
    "TimestepsRange",
    "UpscaleModel",
    "Vae",
    "Video",
    "Voxel",
    "WanCameraEmbedding",
    "Webcam",
)
_NAMES = {
    "AnyType": "*",
    "AudioEncoder": "AUDIO_ENCODER",
    "AudioEncoderOutput": "AUDIO_ENCODER_OUTPUT",
    "ClipVision": "CLIP_VISION",
    "ClipVisionOutput": "CLIP_VISION_OUTPUT",
    "ControlNet": "CONTROL_NET",
    "HookKeyframes": "HOOK_KEYFRAMES",
    "ImageCompare": "IMAGE_COMPARE",
    "LoraModel": "LORA_MODEL",
    "LossMap": "LOSS_MAP",
    "ModelPatch": "MODEL_PATCH",
    "StyleModel": "STYLE_MODEL",
    "TimestepsRange": "TIMESTEPS_RANGE",
    "UpscaleModel": "UPSCALE_MODEL",
    "WanCameraEmbedding": "WAN_CAMERA_EMBEDDING",
}


class Hidden(Enum):
    """What a node may learn of its job."""

    unique_id = "UNIQUE_ID"
    prompt = "PROMPT"
    extra_pnginfo = "EXTRA_PNGINFO"
    dynprompt = "DYNPROMPT"
    auth_token_comfy_org = "AUTH_TOKEN_COMFY_ORG"
    api_key_comfy_org = "API_KEY_COMFY_ORG"


@dataclass
class Schema:
    """What a node states of itself."""

    node_id: str
    display_name: str | None = None
    category: str = "sd"
    inputs: Sequence[Input] = field(default_factory=list[Input])
    outputs: Sequence[Output] = field(default_factory=list[Output])
    hidden: Sequence[Hidden] = field(default_factory=list[Hidden])
    description: str = ""
    is_input_list: bool = False
    is_output_node: bool = False
    is_deprecated: bool = False
    is_experimental: bool = False
    is_api_node: bool = False
    not_idempotent: bool = False
    enable_expand: bool = False
    accept_all_inputs: bool = False
    price_badge: Any = None
    search_aliases: Sequence[str] = field(default_factory=list[str])


class NodeOutput:
    """What a node returns: values by place, and what it shows, expands to or blocks."""

    def __init__(
        self,
        *args: Any,
        ui: Any = None,
        expand: Mapping[str, Any] | None = None,
        block_execution: str | None = None,
        **_more: Any,
    ) -> None:
        self.args = args
        self.ui = ui
        self.expand = expand
        self.block_execution = block_execution

    @property
    def result(self) -> tuple[Any, ...] | None:
        """The values, None where there are none."""
        return self.args or None


class ComfyNode:
    """The base of v3 nodes. Each call gets a class of its own, so nothing of ``cls`` lasts."""

    hidden: ClassVar[Any] = SimpleNamespace()

    @classmethod
    def define_schema(cls) -> Schema:
        """State the node."""
        raise NotImplementedError(f"{cls.__name__} has no define_schema.")

    @classmethod
    def execute(cls, **kwargs: Any) -> Any:
        """Do the work."""
        raise NotImplementedError(f"{cls.__name__} has no execute.")

    @classmethod
    def GET_SCHEMA(cls) -> Schema:  # noqa: N802 - the name that packs know
        """The schema."""
        return cls.define_schema()


def namespace() -> SimpleNamespace:
    """``io``, with every type that we know."""
    types = {name: sockets.socket_type(_NAMES.get(name, name.upper())) for name in _PLAIN_TYPES}
    types |= {name: sockets.socket_type(name.upper()) for name in ("Int", "Float", "String", "Boolean")}
    types["Combo"] = sockets.socket_type("COMBO", sockets.ComboInput)
    types["MultiCombo"] = sockets.socket_type("COMBO", sockets.MultiComboInput)
    return SimpleNamespace(
        **types,
        MultiType=SimpleNamespace(Input=sockets.MultiTypeInput, Type=Any),
        Custom=sockets.socket_type,
        Input=Input,
        Output=Output,
        Schema=Schema,
        ComfyNode=ComfyNode,
        NodeOutput=NodeOutput,
        Hidden=Hidden,
        FolderType=sockets.FolderType,
        UploadType=sockets.UploadType,
        NumberDisplay=sockets.NumberDisplay,
        RemoteOptions=sockets.RemoteOptions,
        comfytype=_comfytype,
    )


def _comfytype(io_type: str, **_more: Any) -> Any:
    """Make a type of a class: ``@io.comfytype(io_type="NAME")``."""

    def made(cls: type) -> type:
        return type(cls.__name__, (cls, sockets.socket_type(io_type)), {"io_type": io_type})

    return made
