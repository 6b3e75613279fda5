"""A node that runs only the side it needs."""

from typing import Any


class AnyType(str):
    """Equal to every type: the contract's way to take and give anything."""

    def __ne__(self, other: object) -> bool:
        return False


ANY = AnyType("*")


class Pick:
    """Lazy inputs are computed when ``check_lazy_status`` asks for them."""

    RETURN_TYPES = (ANY,)
    RETURN_NAMES = ("picked",)
    FUNCTION = "run"
    CATEGORY = "example"
    DESCRIPTION = "Passes one of two inputs on. The other is not computed."

    @classmethod
    def INPUT_TYPES(cls) -> dict[str, Any]:
        """Two wires of any type, and a switch."""
        lazy = {"lazy": True}
        return {"required": {"first": ("BOOLEAN", {"default": True}), "yes": (ANY, lazy), "no": (ANY, lazy)}}

    def check_lazy_status(self, first: bool, yes: Any, no: Any) -> list[str]:
        """What is still needed; inputs not computed yet are None."""
        if first:
            return [] if yes is not None else ["yes"]
        return [] if no is not None else ["no"]

    def run(self, first: bool, yes: Any, no: Any) -> tuple[Any]:
        """The side that was asked for."""
        return (yes if first else no,)
