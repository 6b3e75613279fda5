"""`python main.py inspect` on files good and bad."""

import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from cli.inspect import main

ROOT = Path(__file__).resolve().parents[3]
STARTER = ROOT / "models" / "checkpoints" / "starter-sd.safetensors"
ENCODER = ROOT / "models" / "text_encoders" / "starter-clip.safetensors"


def inspected(capsys, *words):
    code = main([str(word) for word in words])
    out = capsys.readouterr()
    return code, out.out, out.err


def test_a_whole_model_is_told_with_its_parts_and_how_its_prediction_was_decided(capsys):
    code, out, _ = inspected(capsys, STARTER)
    assert code == 0
    assert "Stable Diffusion 1 (sd1)" in out
    assert "its metadata calls it Stable Diffusion 1" in out
    assert "what it lacks is in models/text_encoders: starter-clip.safetensors" in out
    assert "predicts" in out
    for part in ("denoiser", "autoencoder"):
        assert part in out


def test_a_text_encoder_in_the_file_is_one_of_its_parts(capsys, tmp_path):
    words = {f"cond_stage_model.transformer.{name}": tensor for name, tensor in load_file(ENCODER).items()}
    save_file(load_file(STARTER) | words, tmp_path / "whole.safetensors")
    code, out, _ = inspected(capsys, tmp_path / "whole.safetensors")
    assert code == 0
    assert "there is a CLIP text encoder under cond_stage_model.transformer." in out
    assert "text encoder clip_l" in out


def test_the_same_as_json_is_one_line(capsys):
    code, out, _ = inspected(capsys, STARTER, "--json")
    told = json.loads(out)
    assert code == 0
    assert len(out.splitlines()) == 1
    assert told["family"] == "sd1"
    assert {part["name"] for part in told["parts"]} == {"denoiser", "autoencoder"}
    assert told["missing"] == told["unexpected"] == told["misshapen"] == []
    assert any("prediction" in sentence for sentence in told["decided"])
    parts = sum(part["parameters"] for part in told["parts"])
    assert 0 < parts <= told["parameters"]


def test_what_is_missing_misshapen_or_too_much_is_listed_and_the_exit_code_says_so(capsys, tmp_path):
    state = load_file(STARTER)
    del state["model.diffusion_model.out.2.bias"]
    state["model.diffusion_model.time_embed.2.bias"] = torch.zeros(3)
    state["first_stage_model.encoder.other"] = torch.zeros(1)
    state["somebody.elses"] = torch.zeros(1)
    path = tmp_path / "broken.safetensors"
    with safe_open(STARTER, "pt") as file:
        save_file(state, path, file.metadata())
    code, out, _ = inspected(capsys, path, "--json")
    told = json.loads(out)
    assert code == 1
    assert told["missing"] == ["unet: out.2.bias"]
    assert told["unexpected"] == ["autoencoder: encoder.other"]
    assert told["misshapen"][0].startswith("unet: time_embed.2.bias is (3,)")
    assert told["unknown"] == ["somebody.elses"]
    code, out, _ = inspected(capsys, path)
    assert "missing: 1" in out
    assert "of no known use: 1" in out


def test_a_lora_is_recognised_and_its_place_is_told(capsys, tmp_path):
    path = tmp_path / "lora.safetensors"
    save_file({"lora_unet_mid.lora_down.weight": torch.zeros(2, 2)}, path)
    code, out, _ = inspected(capsys, path)
    assert code == 0
    assert "LoRA" in out
    assert "models/loras" in out


def test_an_unknown_file_is_told_as_such(capsys, tmp_path):
    path = tmp_path / "what.safetensors"
    save_file({"what.is.this": torch.zeros(2)}, path, metadata={"author": "\x1b[31mred\nline"})
    code, out, _ = inspected(capsys, path)
    assert code == 1
    assert "the first key is 'what.is.this'" in out
    # Nothing a stranger wrote into the file reaches the terminal as a command.
    assert "\x1b" not in out
    assert "red line" in out


@pytest.mark.parametrize(("content", "said"), [(b"<html>", "not a model file"), (None, "cannot be read")])
def test_a_file_that_cannot_be_read_says_why(capsys, tmp_path, content, said):
    path = tmp_path / "page.safetensors"
    if content is not None:
        path.write_bytes(content)
    code, out, err = inspected(capsys, path)
    assert (code, out) == (2, "")
    assert said in err
    code, out, _ = inspected(capsys, path, "--json")
    assert code == 2
    assert said in json.loads(out)["error"]


def test_several_files_give_the_worst_exit_code(capsys, tmp_path):
    code, out, _ = inspected(capsys, STARTER, tmp_path / "absent", "--json")
    assert code == 2
    assert len(out.splitlines()) == 2
