"""``nodes.SaveImage`` and ``nodes.PreviewImage`` as packs extend them: an attribute says where pictures go."""

from typing import Any

from compat.comfyui.worker.current_call import current_call
from compat.comfyui.worker.shims.place import ShimPlace
from graph_engine.spec.declaration import NodeType

ROOTS = {"SaveImage": "output", "PreviewImage": "temp"}


def saving_class(plain: type, kind: NodeType, place: ShimPlace) -> type:
    """The class of contract v1 with ``type``, ``output_dir`` and ``prefix_append``, which sub-classes set anew.

    ``type`` decides where ``save_images`` writes, ``temp`` or ``output``; a folder elsewhere is not written to.
    """
    root = ROOTS[kind.spec.id]

    def begin(self: Any) -> None:
        folders = place.folders
        self.type = root
        self.output_dir = str(folders.temp if root == "temp" else folders.output)
        self.prefix_append = ""
        self.compress_level = 4

    def save_images(
        self: Any, images: Any, filename_prefix: str = "ComfyUI", prompt: Any = None, extra_pnginfo: Any = None
    ) -> dict[str, Any]:
        context = current_call()
        if context is None:
            raise RuntimeError(f"{kind.spec.id} can be called from within a node only.")
        registry = place.registry()
        named: dict[str, Any] = {"images": images, "ctx": context}
        if self.type == "temp":
            made = registry.types["PreviewImage"].function(**named)
        else:
            prefix = filename_prefix + self.prefix_append
            made = registry.types["SaveImage"].function(**named, filename_prefix=prefix)
        return {"ui": dict(made.ui)}

    return type(kind.spec.id, (plain,), {"__init__": begin, "save_images": save_images})
