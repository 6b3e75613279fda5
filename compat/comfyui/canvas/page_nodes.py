"""Node types that a pack's script adds to ComfyUI's page alone. No run form ever holds one.

What is listed is the rgthree pack's, as its workflows have them. Where the server does know such a type, it is a node
like any other.
"""

REROUTE = "Reroute"
REROUTES = frozenset({REROUTE, "Reroute (rgthree)"})
"""Bends of a wire: what goes in comes out."""

HANDLES = frozenset(
    f"{name} (rgthree)"
    for name in (
        "Bookmark",
        "Fast Actions Button",
        "Fast Bypasser",
        "Fast Groups Bypasser",
        "Fast Groups Muter",
        "Fast Muter",
        "Label",
        "Mute / Bypass Relay",
        "Mute / Bypass Repeater",
        "Node Collector",
        "Node Combiner",
        "Random Unmuter",
    )
)
"""Switches and marks for the person at the page: they change other nodes' modes while editing and carry no values."""
