"""What a running node asks of the program around it."""

import os
import time
from pathlib import Path

import comfy.utils
import folder_paths
from comfy_execution.progress import get_progress_state
from comfy_execution.utils import get_executing_context
from PIL import Image
from server import PromptServer

import nodes

from .inputs import ANY

routes = PromptServer.instance.routes


@routes.get("/everything/hello")
async def hello(request):
    return None


class Progress:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"steps": ("INT", {"default": 3}), "seconds": ("FLOAT", {"default": 0.0})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/services"

    @classmethod
    def IS_CHANGED(cls, **inputs):
        return float("nan")

    def run(self, steps, seconds):
        bar = comfy.utils.ProgressBar(steps)
        for step in range(steps):
            picture = Image.new("RGB", (64, 32), (step, 0, 0))
            bar.update_absolute(step + 1, steps, ("JPEG", picture, 16))
            time.sleep(seconds)
        where = get_executing_context()
        get_progress_state().update_progress(where.node_id, steps, steps, None)
        return (f"{where.node_id} {where.list_index}",)


class Tell:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"word": ("STRING", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/services"

    def run(self, word):
        server = PromptServer.instance
        server.send_sync("everything.mine", {"word": word, "node": server.last_node_id}, server.client_id)
        server.send_sync("everything.all", {"word": word})
        return (word,)


class Folders:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"name": (folder_paths.get_filename_list("checkpoints"),)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/services"

    def run(self, name):
        path = folder_paths.get_full_path_or_raise("checkpoints", name)
        return (f"{os.path.basename(path)} {os.path.getsize(path)}",)


class Core:
    """Calls a built-in node by its class."""

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"width": ("INT", {"default": 8, "max": nodes.MAX_RESOLUTION})}}

    RETURN_TYPES = ("IMAGE", "STRING")
    FUNCTION = "run"
    CATEGORY = "everything/services"

    def run(self, width):
        (picture,) = nodes.EmptyImage().generate(width, 4, 1, 255)
        (turned,) = nodes.NODE_CLASS_MAPPINGS["ImageInvert"]().invert(picture)
        return (turned, f"{turned[0].size} {turned[0].getpixel((0, 0))} {'EveryInput' in nodes.NODE_CLASS_MAPPINGS}")


class Prestartup:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"thing": (ANY,)}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/services"
    DEPRECATED = True

    def run(self, thing):
        return (os.environ.get("EVERYTHING_PRESTARTUP", "did not run"),)


# Says who imported this, also where a second process should have.
Path(os.environ["EVERYTHING_FOLDER"]).with_name(f"imported-by-{os.getpid()}").touch()
IMPORTED_BY = os.getpid()


class Where:
    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"word": ("STRING", {})}}

    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything/services"

    def run(self, word):
        return (f"{os.getpid()} {word} {os.environ.get('EVERYTHING_API_KEY')}",)


class WhereAtImport(Where):
    def run(self, word):
        return (f"{IMPORTED_BY} {word}",)


class Glance(nodes.SaveImage):
    """As packs show a picture: the node that saves, pointed at the temporary folder."""

    def __init__(self):
        super().__init__()
        self.type = "temp"
        self.output_dir = folder_paths.get_temp_directory()
        self.prefix_append = "_glance"

    @classmethod
    def INPUT_TYPES(cls):
        return {"required": {"picture": ("IMAGE",)}, "hidden": {"prompt": "PROMPT", "extra_pnginfo": "EXTRA_PNGINFO"}}

    FUNCTION = "run"
    CATEGORY = "everything/services"

    def run(self, picture, prompt=None, extra_pnginfo=None):
        return self.save_images(picture, "glance", prompt, extra_pnginfo)


CLASSES = {cls.__name__: cls for cls in (Glance, Progress, Tell, Folders, Core, Prestartup, Where, WhereAtImport)}
