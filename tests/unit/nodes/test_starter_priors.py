"""The shipped priors through the nodes that people wire."""

from pathlib import Path
from typing import Any

import pytest

from tests.unit.nodes.house import House


def graph(kind: str, file: str, **widgets: Any) -> dict[str, Any]:
    positive, negative = ["prompt", 0], ["empty", 0]
    walk = {"negative": negative} if kind == "DiffusionPrior" else {}
    inputs = {"prior": ["prior", 0], "positive": positive, "seed": 1, "batch_size": 2, **walk, **widgets}
    return {
        "clip": {"class_type": "CLIPLoader", "inputs": {"clip_name": "starter-clip.safetensors", "type": "unclip"}},
        "prompt": {"class_type": "CLIPTextEncode", "inputs": {"text": "two green stars", "clip": ["clip", 0]}},
        "empty": {"class_type": "CLIPTextEncode", "inputs": {"text": "", "clip": ["clip", 0]}},
        "prior": {"class_type": "PriorLoader", "inputs": {"prior_name": file}},
        "embed": {"class_type": kind, "inputs": inputs},
        "gap": {"class_type": "ModalityGap", "inputs": {"images": ["embed", 0], "texts": positive}},
    }


@pytest.mark.parametrize(
    ("kind", "file", "widgets"),
    [
        ("DiffusionPrior", "starter-prior.safetensors", {"steps": 5, "cfg": 2.0, "candidates": 1, "limit": "none"}),
        ("AutoregressivePrior", "starter-ar-prior.safetensors", {"cfg": 1.5, "temperature": 0.5, "agreement": -1.0}),
    ],
)
def test_a_shipped_prior_makes_an_embedding_near_its_text(
    tmp_path: Path, kind: str, file: str, widgets: dict[str, Any]
) -> None:
    house = House(tmp_path)
    done = house.run(graph(kind, file, **widgets))
    assert done.outcome == "succeeded", done.problems
    assert float(house.told("gap")[0].split()[-1]) > 0.7
