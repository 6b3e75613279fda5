"""Opening whole checkpoints."""

import gzip
import json
import pickle
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file, save_file

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.keys.sd1 import map_keys
from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise, release
from diffusion.checkpoints.shapes import (
    autoencoder_config_from_shapes,
    clip_text_config_from_shapes,
    unet_config_from_shapes,
)
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.text.tokenizer import TokenizerError
from diffusion.text.tokenizer_files import open_tokenizer


def manifest_shapes(shared) -> dict[str, tuple[int, ...]]:
    with gzip.open(shared / "manifests" / "sd15_full.json.gz", "rt") as file:
        return {name: tuple(shape) for name, (_, shape) in json.load(file)["tensors"].items()}


def test_every_key_and_shape_of_stable_diffusion_1_5_has_its_place(shared):
    shapes = manifest_shapes(shared)
    keys = map_keys(shapes)
    parts = {
        "unet": {ours: shapes[theirs] for ours, theirs in keys.unet.items()},
        "autoencoder": {ours: shapes[theirs] for ours, theirs in keys.autoencoder.items()},
        "text": {ours: shapes[theirs] for ours, theirs in keys.text.items()},
    }
    bare_text = {name.removeprefix("transformer."): shape for name, shape in parts["text"].items()}
    with torch.device("meta"):
        networks = {
            "unet": UNet(unet_config_from_shapes(parts["unet"])),
            "autoencoder": AutoencoderKL(autoencoder_config_from_shapes(parts["autoencoder"])),
            "text": ClipText(clip_text_config_from_shapes(bare_text)),
        }
    for part, network in networks.items():
        assert {name: tuple(t.shape) for name, t in network.state_dict().items()} == parts[part]
    assert keys.unknown == ()
    assert len(keys.orphans) + sum(map(len, parts.values())) == len(shapes) == 1143


def test_the_configuration_inferred_from_stable_diffusion_1_5_is_the_published_one(shared):
    shapes = manifest_shapes(shared)
    keys = map_keys(shapes)
    text = {ours.removeprefix("transformer."): shapes[theirs] for ours, theirs in keys.text.items()}
    assert unet_config_from_shapes({k: shapes[v] for k, v in keys.unet.items()}) == UNetConfig()
    assert autoencoder_config_from_shapes({k: shapes[v] for k, v in keys.autoencoder.items()}) == AutoencoderConfig()
    assert clip_text_config_from_shapes(text) == ClipTextConfig()


def test_a_checkpoint_opens_without_holding_its_weights(tiny_checkpoint):
    checkpoint = open_model(tiny_checkpoint)
    for part in (checkpoint.denoiser, checkpoint.autoencoder.weighted, checkpoint.text[0].weighted):
        assert all(parameter.is_meta for parameter in part.network.parameters())
        assert not list(part.network.buffers())


def test_metadata_overrides_what_shapes_cannot_tell(tiny_checkpoint):
    checkpoint = open_model(tiny_checkpoint)
    assert checkpoint.text[0].weighted.network.config.heads == 4
    assert checkpoint.text[0].weighted.network.config.activation == "gelu"
    assert checkpoint.record.resolution == (128, 128)
    assert open_tokenizer(checkpoint.text[0], checkpoint.path).end_id == 256 * 2 + 5 + 1


def test_a_part_can_be_put_to_work_again_after_it_was_released(tiny_checkpoint):
    part = open_model(tiny_checkpoint).denoiser
    inputs = (torch.randn(1, 4, 8, 8), torch.tensor([500]), torch.randn(1, 77, 64))
    first = materialise(part)(*inputs)
    release(part)
    assert all(parameter.is_meta for parameter in part.network.parameters())
    assert torch.equal(materialise(part)(*inputs), first)
    release(part)


def test_the_text_encoder_runs_after_it_was_materialised(tiny_checkpoint):
    part = open_model(tiny_checkpoint).text[0].weighted
    states = materialise(part)(torch.zeros(1, 77, dtype=torch.long))
    assert states.last.shape == (1, 77, 64)
    assert torch.isfinite(states.last).all()
    release(part)


def test_weights_come_from_the_file_bit_for_bit(tiny_checkpoint, tiny_tensors):
    source = open_model(tiny_checkpoint).denoiser.source
    assert sum(source.read(name).nbytes for name in source.names()) == source.nbytes
    assert source.dtype == torch.float16
    for name in source.names():
        assert torch.equal(source.read(name), tiny_tensors["model.diffusion_model." + name])


def test_writing_to_a_weight_that_was_read_leaves_the_file_alone(tiny_checkpoint):
    source = open_model(tiny_checkpoint).denoiser.source
    source.read("out.2.bias").fill_(3.0)
    assert not (load_file(tiny_checkpoint)["model.diffusion_model.out.2.bias"] == 3.0).any()


def test_a_torch_archive_opens_like_safetensors_whatever_its_name(tmp_path, tiny_tensors, tiny_checkpoint):
    path = tmp_path / "model.safetensors"
    # Without metadata the family's conventions hold, so the vocabulary is CLIP's own.
    state = dict(tiny_tensors)
    key = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"
    state[key] = torch.zeros(49_408, 64, dtype=torch.float16)
    torch.save({"state_dict": state, "global_step": 7}, path)
    checkpoint = open_model(path)
    assert torch.equal(checkpoint.denoiser.source.read("out.2.bias"), tiny_tensors["model.diffusion_model.out.2.bias"])
    assert open_tokenizer(checkpoint.text[0], checkpoint.path).end_id == 49_407


def test_identities_differ_between_parts_and_between_files(tiny_checkpoint, tmp_path):
    copy = tmp_path / "copy.safetensors"
    copy.write_bytes(tiny_checkpoint.read_bytes())
    one, two = open_model(tiny_checkpoint), open_model(copy)
    assert (
        len(
            {
                one.denoiser.identity,
                one.text[0].weighted.identity,
                one.autoencoder.weighted.identity,
                two.denoiser.identity,
            }
        )
        == 4
    )
    assert open_model(tiny_checkpoint).denoiser.identity == one.denoiser.identity


class Mischief:
    def __init__(self, marker) -> None:
        self.marker = marker

    def __reduce__(self):
        return (open, (str(self.marker), "w"))


@pytest.mark.parametrize("protocol", ["archive", "bare"])
@pytest.mark.parametrize("name", ["model.ckpt", "model.SafeTensors"])
def test_a_pickle_that_runs_something_is_refused_and_runs_nothing(tmp_path, protocol, name):
    path, marker = tmp_path / name, tmp_path / "marker"
    if protocol == "archive":
        torch.save({"state_dict": Mischief(marker)}, path)
    else:
        path.write_bytes(pickle.dumps(Mischief(marker), protocol=2))
    with pytest.raises(CheckpointError, match="Pickle refused"):
        open_model(path)
    assert not marker.exists()


def save_without(tmp_path, tensors, key):
    path = tmp_path / "part.safetensors"
    save_file({name: tensor for name, tensor in tensors.items() if name != key}, path)
    return path


def test_a_missing_tensor_is_named(tmp_path, tiny_tensors):
    path = save_without(tmp_path, tiny_tensors, "model.diffusion_model.time_embed.2.bias")
    with pytest.raises(CheckpointError, match=r"lacks time_embed\.2\.bias"):
        open_model(path)


def test_a_tensor_that_belongs_to_no_part_is_only_noted(tmp_path, tiny_tensors, tiny_checkpoint):
    path = tmp_path / "odd.safetensors"
    state = dict(tiny_tensors) | {"somebody.elses": torch.zeros(1)}
    key = "cond_stage_model.transformer.text_model.embeddings.token_embedding.weight"
    state[key] = torch.zeros(49_408, 64, dtype=torch.float16)
    save_file(state, path)
    assert open_model(path).notes == ("1 tensors of no known use were left unread",)


def test_a_vocabulary_that_the_text_encoder_does_not_know_is_refused(tmp_path, tiny_tensors):
    path = tmp_path / "bare.safetensors"
    save_file(tiny_tensors, path)
    with pytest.raises(TokenizerError, match="knows 519 tokens"):
        open_tokenizer(open_model(path).text[0], path)


def test_another_family_is_named_in_the_refusal(tmp_path):
    path = tmp_path / "lora.safetensors"
    save_file({"lora_unet_mid_block.lora_down.weight": torch.zeros(1)}, path)
    with pytest.raises(CheckpointError, match=r"cannot be opened as a model .LoRA.*Put it into models/loras"):
        open_model(path)


def test_heads_that_do_not_divide_the_width_are_refused(shared):
    shapes = manifest_shapes(shared)
    text = {ours.removeprefix("transformer."): shapes[theirs] for ours, theirs in map_keys(shapes).text.items()}
    with pytest.raises(ValueError, match="7 heads do not divide"):
        clip_text_config_from_shapes(text, heads=7)


def test_a_network_that_lacks_its_head_rule_cannot_be_configured():
    with pytest.raises(ValueError, match="either heads or head_width"):
        replace(UNetConfig(), head_width=64)
