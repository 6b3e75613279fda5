"""The built-in catalogue as a file, so that the palette is there before any worker is.

``python -m nodes.catalogue`` writes it; ``make check-generated`` fails when it has drifted from the nodes.
"""

import json
from pathlib import Path

from graph_engine.spec.json import catalogue_to_json
from nodes.registry import build

CATALOGUE = Path(__file__).with_name("catalogue.json")


def catalogue_text() -> str:
    """The file's content for the nodes as they are now."""
    return json.dumps(catalogue_to_json(build().catalogue()), indent=1, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    CATALOGUE.write_text(catalogue_text(), encoding="utf-8")
