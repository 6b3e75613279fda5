"""What runs, how often, and what comes of it."""

import asyncio

from comfy_execution.graph import ExecutionBlocker
from comfy_execution.graph_utils import GraphBuilder

from .inputs import ANY


def spec(required=None, optional=None, hidden=None):
    return classmethod(lambda cls: {"required": required or {}, "optional": optional or {}, "hidden": hidden or {}})


class Show:
    """An output node; what it shows is an iterator."""

    INPUT_TYPES = spec({"thing": (ANY,)})
    RETURN_TYPES = ()
    FUNCTION = "run"
    OUTPUT_NODE = True
    CATEGORY = "everything"

    def run(self, thing):
        return {"ui": {"text": iter([str(thing)])}}


class Numbers:
    """A list."""

    INPUT_TYPES = spec({"count": ("INT", {"default": 3})})
    RETURN_TYPES = ("INT", "STRING")
    OUTPUT_IS_LIST = (True, False)
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, count):
        return (list(range(count)), "whole")


class AddAll:
    """Takes lists whole."""

    INPUT_TYPES = spec({"numbers": ("INT", {"forceInput": True}), "factor": ("INT", {"default": 2})})
    RETURN_TYPES = ("INT",)
    INPUT_IS_LIST = True
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, numbers, factor):
        return (sum(numbers) * factor[0],)


class Counter:
    """Counts its own calls: state on self, and IS_CHANGED that always differs."""

    INPUT_TYPES = spec({"start": ("INT", {"default": 0})})
    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "everything"

    def __init__(self):
        self.calls = 0

    @classmethod
    def IS_CHANGED(cls, start):
        return float("nan")

    def run(self, start):
        self.calls += 1
        return (start + self.calls,)


class Changed:
    """IS_CHANGED compared by equality; linked inputs are None to it; for "raise" it raises."""

    INPUT_TYPES = spec({"state": ("STRING", {}), "thing": (ANY,)})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything"
    calls = 0

    @classmethod
    def IS_CHANGED(cls, state, thing):
        assert thing is None
        if state == "raise":
            raise OSError("the outside is gone")
        return True

    def run(self, state, thing):
        Changed.calls += 1
        return (f"{state} {Changed.calls}",)


class Lazy:
    """Asks only for the side it needs."""

    INPUT_TYPES = spec(
        {"first": ("BOOLEAN", {"default": True}), "yes": (ANY, {"lazy": True}), "no": (ANY, {"lazy": True})}
    )
    RETURN_TYPES = (ANY,)
    FUNCTION = "run"
    CATEGORY = "everything"

    def check_lazy_status(self, first, yes, no):
        if first and yes is None:
            return ["yes"]
        if not first and no is None:
            return ["no"]
        return []

    def run(self, first, yes, no):
        return ((yes, no),)


class RawLink:
    INPUT_TYPES = spec({"thing": (ANY, {"rawLink": True})}, hidden={"dynprompt": "DYNPROMPT", "unique_id": "UNIQUE_ID"})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, thing, dynprompt, unique_id):
        source = dynprompt.get_node(thing[0])["class_type"]
        return (
            f"{thing} {source} {dynprompt.get_display_node_id(unique_id)} {sorted(dynprompt.get_original_prompt())}",
        )


class Block:
    INPUT_TYPES = spec({"thing": (ANY,), "message": ("STRING", {"default": ""})})
    RETURN_TYPES = (ANY, "STRING")
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, thing, message):
        return (ExecutionBlocker(message or None), "not blocked")


class Expand:
    """Expands to nodes of its own, one of them an output."""

    INPUT_TYPES = spec({"count": ("INT", {"default": 2}), "show": ("BOOLEAN", {"default": False})})
    RETURN_TYPES = ("INT", "STRING")
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, count, show):
        graph = GraphBuilder()
        numbers = graph.node("Numbers", count=count)
        total = graph.node("AddAll", "total", numbers=numbers.out(0), factor=10)
        if show:
            graph.node("Show", thing=total.out(0))
            named = graph.node("Show", thing=numbers.out(1))
            named.set_override_display_id("elsewhere")
        return {"result": (total.out(0), "plain"), "expand": graph.finalize()}


class Awaits:
    """An async node."""

    INPUT_TYPES = spec({"word": ("STRING", {})})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything"
    under_way = 0
    most = 0

    async def run(self, word):
        Awaits.under_way += 1
        Awaits.most = max(Awaits.most, Awaits.under_way)
        await asyncio.sleep(0.2)
        Awaits.under_way -= 1
        return (f"{word} {Awaits.most}",)


class NotIdempotent:
    INPUT_TYPES = spec({"word": ("STRING", {})})
    RETURN_TYPES = ("INT",)
    FUNCTION = "run"
    CATEGORY = "everything"
    NOT_IDEMPOTENT = True
    calls = 0

    def run(self, word):
        NotIdempotent.calls += 1
        return (NotIdempotent.calls,)


class Fails:
    INPUT_TYPES = spec({"thing": (ANY,), "word": ("STRING", {})})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    CATEGORY = "everything"

    def run(self, thing, word):
        raise ValueError(f"no, not {word}")


class Nothing:
    """An output node that returns nothing at all, and one more output than it fills."""

    INPUT_TYPES = spec({"thing": (ANY,)})
    RETURN_TYPES = ("STRING",)
    FUNCTION = "run"
    OUTPUT_NODE = True
    CATEGORY = "everything"

    def run(self, thing):
        return {}


CLASSES = {
    cls.__name__: cls
    for cls in (
        Show,
        Numbers,
        AddAll,
        Counter,
        Changed,
        Lazy,
        RawLink,
        Block,
        Expand,
        Awaits,
        NotIdempotent,
        Fails,
        Nothing,
    )
}
