"""Keys and shapes of published files, and what it means for a network to fit them."""

import gzip
import json

import pytest
import torch


def _listed(path):
    with gzip.open(path, "rt") as file:
        content = json.load(file)
    # A manifest says more than shapes; a fingerprint is the bare table.
    if "tensors" in content:
        return {name: tuple(shape) for name, (_, shape) in content["tensors"].items()}
    return {name: tuple(shape) for name, shape in content.items()}


@pytest.fixture
def published(shared):
    """`published("manifests/sdxl_base")` → key → shape."""
    return lambda name: _listed(shared / f"{name}.json.gz")


@pytest.fixture
def assert_fits():
    """Assert that a network has exactly the keys and shapes of a part of a file."""

    def check(build, shapes):
        with torch.device("meta"):
            network = build()
        ours = {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}
        assert sorted(shapes.keys() - ours.keys()) == [], "tensors of the file that no part of the network takes"
        assert sorted(ours.keys() - shapes.keys()) == [], "parts of the network that the file has no tensor for"
        assert ours == dict(shapes)
        return network

    return check
