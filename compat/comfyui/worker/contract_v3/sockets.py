"""``io``: inputs and outputs of v3 nodes. Each knows its v1 form."""

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum
from typing import Any, ClassVar


class Input:
    """One input. ``options`` are those of v1, with the names of v1."""

    io_type: ClassVar[str] = "*"

    def __init__(
        self,
        id: str,
        display_name: str | None = None,
        optional: bool = False,
        tooltip: str | None = None,
        lazy: bool | None = None,
        extra_dict: Mapping[str, Any] | None = None,
        raw_link: bool | None = None,
        advanced: bool | None = None,
        **more: Any,
    ) -> None:
        self.id = id
        self.display_name = display_name
        self.optional = optional
        self.options: dict[str, Any] = {
            "tooltip": tooltip,
            "lazy": lazy,
            "rawLink": raw_link,
            "advanced": advanced,
            "display_name": display_name,
            **{_V1_NAMES.get(name, name): value for name, value in more.items()},
            **(extra_dict or {}),
        }

    def get_io_type(self) -> str:
        """The type's name."""
        return self.io_type

    def as_v1(self) -> tuple[Any, dict[str, Any]]:
        """``(type, options)``; what was not stated is left out."""
        return self.get_io_type(), {name: _plain(value) for name, value in self.options.items() if value is not None}


class Output:
    """One output."""

    io_type: ClassVar[str] = "*"

    def __init__(
        self,
        id: str | None = None,
        display_name: str | None = None,
        tooltip: str | None = None,
        is_output_list: bool = False,
    ) -> None:
        self.id = id
        self.display_name = display_name
        self.tooltip = tooltip
        self.is_output_list = is_output_list

    def get_io_type(self) -> str:
        """The type's name."""
        return self.io_type


_V1_NAMES = {
    "force_input": "forceInput",
    "default_input": "defaultInput",
    "dynamic_prompts": "dynamicPrompts",
    "widget_type": "widgetType",
    "display_mode": "display",
    "multiselect": "multi_select",
}


class NumberDisplay(StrEnum):
    """How a number is edited."""

    number = "number"
    slider = "slider"
    color = "color"


class UploadType(StrEnum):
    """What a list of files offers to add."""

    image = "image_upload"
    audio = "audio_upload"
    video = "video_upload"
    model = "file_upload"


class FolderType(StrEnum):
    """Where files lie."""

    input = "input"
    output = "output"
    temp = "temp"


class RemoteOptions:
    """Choices that the client fetches."""

    def __init__(self, route: str, refresh_button: bool = False, **more: Any) -> None:
        self.stated = {"route": route, "refresh_button": refresh_button, **more}

    def as_dict(self) -> dict[str, Any]:
        """As v1 states it."""
        return {name: value for name, value in self.stated.items() if value is not None}


class SocketType:
    """A type of wire, with the classes of its inputs and outputs."""

    io_type: ClassVar[str] = "*"
    Type: ClassVar[Any] = Any
    Input: ClassVar[Any]
    Output: ClassVar[Any]


def socket_type(name: str, inputs: type[Input] = Input) -> type[SocketType]:
    """The type called ``name``."""
    made_in = type("Input", (inputs,), {"io_type": name})
    made_out = type("Output", (Output,), {"io_type": name})
    return type(name, (SocketType,), {"io_type": name, "Input": made_in, "Output": made_out})


class ComboInput(Input):
    """One of a list."""

    def __init__(
        self,
        id: str,
        options: Sequence[Any] | type[Enum] | None = None,
        display_name: str | None = None,
        *,
        upload: UploadType | None = None,
        image_folder: FolderType | None = None,
        remote: RemoteOptions | None = None,
        **more: Any,
    ) -> None:
        super().__init__(id, display_name, **more)
        if isinstance(options, type):
            options = [item.value for item in options]
        self.options["options"] = None if options is None else list(options)
        self.options["image_folder"] = image_folder
        self.options["remote"] = None if remote is None else remote.as_dict()
        if upload is not None:
            self.options[upload.value] = True


class MultiComboInput(ComboInput):
    """Several of a list."""

    def __init__(self, id: str, options: Sequence[Any], **more: Any) -> None:
        extra = {name: more.pop(name, None) for name in ("placeholder", "chip")}
        super().__init__(id, options, **more)
        self.options["multi_select"] = {name: value for name, value in extra.items() if value is not None} or True


class MultiTypeInput(Input):
    """An input that takes several types."""

    def __init__(self, id: Any, types: Sequence[Any], **more: Any) -> None:
        inner: Input | None = id if isinstance(id, Input) else None
        name: Any = inner.id if inner is not None else id
        super().__init__(name, **more)
        if inner is not None:
            self.options, self.optional = dict(inner.options), inner.optional
        first = [inner.get_io_type()] if inner is not None else []
        self._types = ",".join(dict.fromkeys([*first, *(item.io_type for item in types)]))

    def get_io_type(self) -> str:
        """The types, separated by commas."""
        return self._types


def _plain(value: Any) -> Any:
    return value.value if isinstance(value, Enum) else value
