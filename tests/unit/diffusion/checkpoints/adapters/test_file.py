"""Names of LoRA files, as the trainers write them."""

import gzip
import json

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.adapters.file import DENOISER_PREFIXES, TEXT_PREFIXES, adapter_of, changes_for, open_adapter
from diffusion.checkpoints.adapters.patched import PatchedWeights, patched
from diffusion.checkpoints.materialise import materialise
from diffusion.checkpoints.model_file import file_of_shapes
from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.mmdit import MMDiT, MMDiTConfig
from diffusion.networks.open_clip import OpenClipText, OpenClipTextConfig
from diffusion.networks.unet import UNet, UNetConfig
from graph_engine.memory.torch_backend import TorchBackend

TINY_UNET = UNetConfig(
    model_channels=32, level_channels=(32, 64), res_blocks=(1, 1), transformer_depth=(1, 1), context_width=64
)


@pytest.fixture(scope="module")
def unet():
    with on_meta():
        return UNet(TINY_UNET)


@pytest.fixture(scope="module")
def clip():
    with on_meta():
        return ClipText(ClipTextConfig(width=64, mlp_width=128, layers=2, heads=2, vocabulary=60))


def written(tmp_path, tensors):
    path = tmp_path / "lora.safetensors"
    save_file(tensors, path)
    return open_adapter(path)


def factors(layer, down="lora_down", up="lora_up", rows=64, columns=64, rank=2):
    return {f"{layer}.{down}.weight": torch.ones(rank, columns), f"{layer}.{up}.weight": torch.ones(rows, rank)}


def names(changes):
    return [change.target.name for change in changes]


OURS = "input_blocks.1.1.transformer_blocks.0.attn1.to_q.weight"
THEIRS = "down_blocks.0.attentions.0.transformer_blocks.0.attn1"


@pytest.mark.parametrize(
    "tensors",
    [
        factors("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"),
        factors("lora_unet_input_blocks_1_1_transformer_blocks_0_attn1_to_q"),
        factors("lycoris_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn1_to_q"),
        factors(f"unet.{THEIRS}.to_q", "lora_A", "lora_B"),
        factors(f"unet.{THEIRS}.to_q", "lora.down", "lora.up"),
        factors(f"base_model.model.{THEIRS}.to_q", "lora_A.default", "lora_B.default"),
        factors("diffusion_model.input_blocks.1.1.transformer_blocks.0.attn1.to_q", "lora_A", "lora_B"),
        {
            f"unet.{THEIRS}.processor.to_q_lora.down.weight": torch.ones(2, 64),
            f"unet.{THEIRS}.processor.to_q_lora.up.weight": torch.ones(32, 2),
        },
    ],
    ids=["kohya", "kohya sgm", "lycoris", "peft", "diffusers", "peft default", "generic", "diffusers old"],
)
def test_every_writers_name_of_a_unet_layer_is_understood(tmp_path, unet, tensors):
    adapter = written(tmp_path, tensors)
    changes, used = changes_for(adapter, unet, DENOISER_PREFIXES)
    assert names(changes) == [OURS]
    assert used == set(adapter.layers)
    assert adapter.strange == ()


def test_the_output_projection_is_found_without_its_number(tmp_path, unet):
    tensors = {
        f"unet.{THEIRS}.processor.to_out_lora.down.weight": torch.ones(2, 32),
        f"unet.{THEIRS}.processor.to_out_lora.up.weight": torch.ones(32, 2),
    }
    changes, _ = changes_for(written(tmp_path, tensors), unet, DENOISER_PREFIXES)
    assert names(changes) == ["input_blocks.1.1.transformer_blocks.0.attn1.to_out.0.weight"]


@pytest.mark.parametrize(
    "layer",
    [
        "lora_te_text_model_encoder_layers_1_self_attn_q_proj",
        "lora_te1_text_model_encoder_layers_1_self_attn_q_proj",
        "text_encoder.text_model.encoder.layers.1.self_attn.q_proj",
        "base_model.model.text_encoder.text_model.encoder.layers.1.self_attn.q_proj",
        "text_encoders.clip_l.transformer.text_model.encoder.layers.1.self_attn.q_proj",
    ],
)
def test_every_writers_name_of_a_text_layer_is_understood(tmp_path, clip, unet, layer):
    adapter = written(tmp_path, factors(layer))
    changes, _ = changes_for(adapter, clip, TEXT_PREFIXES["clip_l"])
    assert names(changes) == ["transformer.encoder.layers.1.self_attn.q_proj.weight"]
    assert changes_for(adapter, unet, DENOISER_PREFIXES) == ([], set())


def test_the_second_encoder_of_xl_is_updated_in_thirds(tmp_path):
    with on_meta():
        network = OpenClipText(OpenClipTextConfig(width=64, mlp_width=64, layers=1, heads=1, vocabulary=10))
    adapter = written(tmp_path, factors("lora_te2_text_model_encoder_layers_0_self_attn_v_proj"))
    (change,), _ = changes_for(adapter, network, TEXT_PREFIXES["clip_g"])
    assert (change.target.name, change.target.part, change.target.parts) == (
        "transformer.resblocks.0.attn.in_proj_weight",
        2,
        3,
    )
    state = {name: torch.zeros(tensor.shape) for name, tensor in network.state_dict().items()}
    source = StoredWeights(LoadedStore(state), {name: name for name in state})
    weight = PatchedWeights(source, [change], 0.5).read(change.target.name)
    assert weight[:128].count_nonzero() == 0
    assert (weight[128:] == 1).all()


def test_version_3_is_updated_under_both_layouts_names(tmp_path):
    with on_meta():
        network = MMDiT(MMDiTConfig(width=64, depth=2, heads=1, context_width=32, vector_width=16, grid=4))
    tensors = factors("transformer.transformer_blocks.0.attn.to_k", "lora_A", "lora_B")
    tensors |= factors("lora_unet_joint_blocks_1_x_block_attn_qkv", rows=192)
    tensors |= factors("transformer.norm_out.linear", "lora_A", "lora_B", rows=128)
    changes, used = changes_for(written(tmp_path, tensors), network, DENOISER_PREFIXES)
    found = {change.target.name: change.target for change in changes}
    assert len(used) == 3
    assert found["joint_blocks.0.x_block.attn.qkv.weight"].part == 1
    assert found["joint_blocks.1.x_block.attn.qkv.weight"].parts == 1
    assert found["final_layer.adaLN_modulation.1.weight"].swapped


def test_every_tensor_of_a_published_lora_finds_its_layer(shared):
    with gzip.open(shared / "manifests/kohya_sd15_lora_r16.json.gz", "rt") as file:
        listed = {name: tuple(shape) for name, (_, shape) in json.load(file)["tensors"].items()}

    class Zeros:
        def read(self, name):
            return torch.zeros(listed[name])

    file = file_of_shapes(listed)
    adapter = adapter_of(type(file)(file.path, listed, Zeros(), "lora"))
    with on_meta():
        networks = ((UNet(UNetConfig()), DENOISER_PREFIXES), (ClipText(ClipTextConfig()), TEXT_PREFIXES["clip_l"]))
    used = set()
    for network, prefixes in networks:
        changes, layers = changes_for(adapter, network, prefixes)
        assert len(changes) == len(layers)
        used |= layers
    assert adapter.strange == ()
    assert used == set(adapter.layers)


def test_a_name_that_no_layer_has_and_an_ending_that_no_factor_has_are_kept_account_of(tmp_path, unet):
    adapter = written(tmp_path, factors("lora_unet_nowhere") | {"lora_unet_x.oft_blocks": torch.ones(1)})
    assert changes_for(adapter, unet, DENOISER_PREFIXES) == ([], set())
    assert list(adapter.layers) == ["lora_unet_nowhere"]
    assert adapter.strange == ("lora_unet_x.oft_blocks",)


def weighted_clip():
    torch.manual_seed(0)
    network = ClipText(ClipTextConfig(width=64, mlp_width=128, layers=2, heads=2, vocabulary=60))
    state = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    return Weighted(network.to("meta"), StoredWeights(LoadedStore(state), {name: name for name in state}), "clip")


def test_a_patched_network_is_a_value_of_its_own_and_the_first_stays_as_it_is(tmp_path):
    base = weighted_clip()
    changes, _ = changes_for(
        written(tmp_path, factors("lora_te_text_model_encoder_layers_0_mlp_fc1", rows=128)),
        base.network,
        TEXT_PREFIXES["clip_l"],
    )
    changed = patched(base, changes, 1.0, "ink")
    before, after = materialise(base).state_dict(), materialise(changed).state_dict()
    different = [name for name in before if not torch.equal(before[name], after[name])]
    assert different == ["transformer.encoder.layers.0.mlp.fc1.weight"]
    assert changed.identity != base.identity
    assert changed.network is not base.network


def test_a_patch_of_a_resident_network_does_not_copy_its_weights(tmp_path):
    base = weighted_clip()
    materialise(base)
    changes, _ = changes_for(
        written(tmp_path, factors("lora_te_text_model_encoder_layers_0_mlp_fc1", rows=128)),
        base.network,
        TEXT_PREFIXES["clip_l"],
    )
    devices = {parameter.device.type for parameter in patched(base, changes, 1.0, "ink").network.parameters()}
    assert devices == {"meta"}


def test_a_network_whose_convolutions_are_laid_out_for_the_processor_can_be_patched(tmp_path):
    with on_meta():
        network = UNet(TINY_UNET)
    state = {name: torch.zeros(parameter.shape) for name, parameter in network.named_parameters()}
    base = Weighted(network, StoredWeights(LoadedStore(state), {name: name for name in state}), "unet")
    TorchBackend(torch.device("cpu")).place(base, torch.float32, sum(tensor.nbytes for tensor in state.values()))
    layer = f"lora_unet_{THEIRS}.to_q".replace(".", "_")
    changes, _ = changes_for(written(tmp_path, factors(layer, rows=32, columns=32)), network, DENOISER_PREFIXES)
    parameters = patched(base, changes, 1.0, "ink").network.parameters()
    assert {(parameter.device.type, parameter.layout) for parameter in parameters} == {("meta", torch.strided)}


def test_patches_stack_and_opposite_strengths_cancel(tmp_path):
    base = weighted_clip()
    adapter = written(tmp_path, factors("lora_te_text_model_encoder_layers_0_mlp_fc1", rows=128))
    changes, _ = changes_for(adapter, base.network, TEXT_PREFIXES["clip_l"])
    back = patched(patched(base, changes, 0.7, "ink"), changes, -0.7, "ink")
    name = "transformer.encoder.layers.0.mlp.fc1.weight"
    torch.testing.assert_close(back.source.read(name), base.source.read(name), atol=1e-6, rtol=0)


def test_strength_zero_is_no_patch(tmp_path):
    base = weighted_clip()
    changes, _ = changes_for(
        written(tmp_path, factors("lora_te_text_model_encoder_layers_0_mlp_fc1", rows=128)),
        base.network,
        TEXT_PREFIXES["clip_l"],
    )
    assert patched(base, changes, 0.0, "ink") is base


def test_an_update_for_another_shape_names_the_weight(tmp_path):
    base = weighted_clip()
    adapter = written(tmp_path, factors("lora_te_text_model_encoder_layers_0_mlp_fc1", rows=8))
    changes, _ = changes_for(adapter, base.network, TEXT_PREFIXES["clip_l"])
    with pytest.raises(ValueError, match=r"mlp\.fc1\.weight: .*another kind of model"):
        patched(base, changes, 1.0, "ink").source.read("transformer.encoder.layers.0.mlp.fc1.weight")
