"""What a file's metadata says."""

import json
from pathlib import Path

import pytest

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.facts import FileFacts, facts_from_metadata

FILE = Path("model.safetensors")


def facts(config=None, **metadata):
    if config is not None:
        metadata["noiseloom.config"] = config if isinstance(config, str) else json.dumps(config)
    return facts_from_metadata(metadata, FILE)


def test_a_file_without_metadata_leaves_everything_to_convention():
    assert facts() == FileFacts()


@pytest.mark.parametrize(("text", "meaning"), [("epsilon", "eps"), ("v", "v"), ("V_Prediction", "v"), ("odd", None)])
def test_the_prediction_is_read_from_the_model_specification(text, meaning):
    assert facts(**{"modelspec.prediction_type": text}).prediction == meaning


def test_the_native_size_stands_in_for_a_resolution():
    assert facts({"native_size": 128}).resolution == (128, 128)
    assert facts({"native_size": 128}, **{"modelspec.resolution": "640x512"}).resolution == (640, 512)


def test_preview_colours_are_rows_of_three():
    assert facts({"preview_rgb": [[1, 2, 3]] * 5}).preview == ((1.0, 2.0, 3.0),) * 5


@pytest.mark.parametrize(
    "config",
    [
        "{",
        "[]",
        "[" * 100_000,
        {"preview_rgb": [[1, 2]]},
        {"preview_rgb": 7},
        {"text_encoder": []},
        {"text_encoder": {"num_attention_heads": "four"}},
        {"text_encoder": {"num_attention_heads": 0}},
        {"native_size": -1},
    ],
)
def test_metadata_that_cannot_be_read_is_refused_with_the_file_named(config):
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        facts(config)
