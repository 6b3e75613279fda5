"""Prompts, learned words and LoRA through nodes, on the model that comes with the repository."""

import numpy as np
import pytest
import torch
from safetensors.torch import save_file

from tests.unit.nodes.house import House

QUERY = "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_q"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("house"))


def distance(first: np.ndarray, second: np.ndarray) -> float:
    return float(np.abs(first - second).mean())


def test_a_long_prompt_is_read_in_windows(house: House) -> None:
    short = house.paint("a red circle")
    assert distance(short, house.paint("a red circle, " + "a blue square, " * 30)) > 1


def test_a_weight_changes_the_picture_and_the_weight_one_does_not(house: House) -> None:
    plain = house.paint("a red circle")
    assert distance(plain, house.paint("a (red:1.0) circle")) == 0
    assert distance(plain, house.paint("a (red:1.8) circle")) > 0.1


def test_clip_skip_changes_the_picture(house: House) -> None:
    assert distance(house.paint("a red circle"), house.paint("a red circle", skip=2)) > 0.5


def test_a_learned_word_is_read_from_its_folder_and_a_missing_one_is_told(house: House) -> None:
    save_file({"emb_params": torch.randn(2, 192)}, house.models / "embeddings" / "ink.safetensors")
    plain = house.paint("a circle")
    assert distance(plain, house.paint("a circle embedding:ink")) > 0.1
    assert house.told("4") == []
    assert distance(plain, house.paint("a circle embedding:nowhere")) == 0
    assert "'nowhere'" in house.told("4")[0]


def test_a_name_outside_of_the_folder_of_learned_words_is_not_read(house: House) -> None:
    save_file({"emb_params": torch.randn(2, 192)}, house.models / "secret.safetensors")
    house.paint("a circle embedding:../secret")
    assert "left out" in house.told("4")[0]


def test_a_lora_changes_the_picture_by_its_strength(house: House) -> None:
    torch.manual_seed(0)
    width = 128
    tensors = {f"{QUERY}.lora_down.weight": torch.randn(2, width), f"{QUERY}.lora_up.weight": torch.randn(width, 2)}
    tensors["lora_unet_nowhere.lora_up.weight"] = torch.zeros(1)
    save_file(tensors, house.models / "loras" / "style.safetensors")
    plain = house.paint("a red circle")
    off = {"lora_name": "style.safetensors", "strength_model": 0.0, "strength_clip": 0.0}
    assert distance(plain, house.paint("a red circle", lora=off)) == 0
    # At 1 these random weights drown the layer; a hundredth of them is felt, and far less.
    faint, full = (
        distance(plain, house.paint("a red circle", lora={**off, "strength_model": strength}))
        for strength in (0.01, 1.0)
    )
    assert 0 < faint < full / 2 and full > 0.3
    assert "1 of 2 layers" in house.told("2")[0]


def test_a_lora_for_another_model_is_refused_in_words(house: House) -> None:
    save_file({"lora_unet_nowhere.lora_up.weight": torch.zeros(1)}, house.models / "loras" / "other.safetensors")
    lora = {"lora_name": "other.safetensors", "strength_model": 1.0, "strength_clip": 1.0}
    done = house.run(house.graph("a", lora=lora))
    assert done.outcome == "failed"
    assert "changes nothing" in done.problems[0].message
