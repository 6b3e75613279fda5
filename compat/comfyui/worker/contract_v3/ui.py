"""The namespace ``ui``: what nodes show, as dicts of lists."""

import json
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any

from compat.comfyui.worker.contract_v3.sockets import FolderType
from compat.comfyui.worker.current_call import current_call


class SavedResult(dict[str, str]):
    """One file that a node shows."""

    def __init__(self, filename: str, subfolder: str, type: Any) -> None:
        super().__init__(filename=filename, subfolder=subfolder, type=getattr(type, "value", type))

    @property
    def filename(self) -> str:
        """Its name."""
        return self["filename"]

    @property
    def subfolder(self) -> str:
        """Its folder below ``type``."""
        return self["subfolder"]

    @property
    def type(self) -> str:
        """``output``, ``input`` or ``temp``."""
        return self["type"]


class SavedImages:
    """Pictures that were saved."""

    kind = "images"

    def __init__(self, results: Sequence[SavedResult], is_animated: bool = False) -> None:
        self.results = list(results)
        self.is_animated = is_animated

    def as_dict(self) -> dict[str, Any]:
        """As v1 shows it."""
        shown: dict[str, Any] = {self.kind: self.results}
        if self.is_animated:
            shown["animated"] = [True]
        return shown


class SavedAudios(SavedImages):
    """Sounds that were saved."""

    kind = "audio"


class PreviewText:
    """A text to show."""

    def __init__(self, value: str) -> None:
        self.value = value

    def as_dict(self) -> dict[str, Any]:
        """As v1 shows it."""
        return {"text": [self.value]}


class ImageSaveHelper:
    """Saves pictures [B, H, W, C] in 0..1 for a node."""

    @staticmethod
    def save_images(
        images: Any, filename_prefix: str, folder_type: Any, cls: Any, compress_level: int = 4
    ) -> list[Any]:
        """Write PNG files with the workflow in them; what to show of them. Raises RuntimeError outside a node."""
        from diffusion.image.pixels import png_bytes

        context = current_call()
        if context is None:
            raise RuntimeError("Pictures can be saved from within a node only.")
        texts = {name: json.dumps(value) for name, value in context.metadata.items()}
        saved: list[Any] = []
        for number, image in enumerate(images):
            root: Any = getattr(folder_type, "value", folder_type)
            tokens = {"width": int(image.shape[1]), "height": int(image.shape[0]), "batch_num": number}
            with context.files.reserve_output(filename_prefix, ".png", root=root, tokens=tokens) as file:
                file.write(png_bytes(image, texts if root == "output" else None, compression=compress_level))
                saved.append(SavedResult(**file.ui))
        return saved

    @staticmethod
    def get_save_images_ui(images: Any, filename_prefix: str, cls: Any, compress_level: int = 4) -> SavedImages:
        """Save to the output folder, and what to show of it."""
        saved = ImageSaveHelper.save_images(images, filename_prefix, FolderType.output, cls, compress_level)
        return SavedImages(saved)


class PreviewImage(SavedImages):
    """Pictures to look at, in the folder for temporary files."""

    def __init__(self, image: Any, animated: bool = False, cls: Any = None, **_more: Any) -> None:
        super().__init__(ImageSaveHelper.save_images(image, "preview", FolderType.temp, cls, 1), animated)
        self.values = self.results


def namespace() -> SimpleNamespace:
    """``ui``."""
    return SimpleNamespace(
        SavedResult=SavedResult,
        SavedImages=SavedImages,
        SavedAudios=SavedAudios,
        PreviewImage=PreviewImage,
        PreviewText=PreviewText,
        ImageSaveHelper=ImageSaveHelper,
    )
