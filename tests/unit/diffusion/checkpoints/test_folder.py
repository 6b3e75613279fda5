"""Diffusers folders, written by diffusers and transformers themselves."""

import json

import pytest
import torch
from diffusers import AutoencoderKL, SD3Transformer2DModel, UNet2DConditionModel
from safetensors.torch import load_file, save_file
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTextModelWithProjection

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.folder import weights_in
from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.text.clip import encode_ids


def shaken(module):
    """Random weights everywhere: fresh networks have zeros and ones where a mistake would not show."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            spread = 0.1 if parameter.dim() == 1 else 1 / parameter[0].numel() ** 0.5
            parameter.add_(torch.randn(parameter.shape, generator=generator) * spread)
    return module.eval()


def unet(**more):
    torch.manual_seed(0)
    return shaken(
        UNet2DConditionModel(
            block_out_channels=(32, 64),
            layers_per_block=1,
            down_block_types=("CrossAttnDownBlock2D", "DownBlock2D"),
            up_block_types=("UpBlock2D", "CrossAttnUpBlock2D"),
            cross_attention_dim=32,
            attention_head_dim=4,
            sample_size=8,
            **more,
        )
    )


def autoencoder(channels=4, **more):
    blocks = {"down_block_types": ("DownEncoderBlock2D",) * 2, "up_block_types": ("UpDecoderBlock2D",) * 2}
    return shaken(AutoencoderKL(block_out_channels=(32, 32), latent_channels=channels, **blocks, **more))


def text_config(**more):
    sizes = {"hidden_size": 32, "intermediate_size": 64, "num_hidden_layers": 3, "num_attention_heads": 2}
    return CLIPTextConfig(vocab_size=49_408, **sizes | more)


def write(folder, class_name, parts, *, scheduler=None):
    index = {"_class_name": class_name, "scheduler": ["diffusers", "Scheduler"], "safety_checker": [None, None]}
    for name, part in parts.items():
        part.save_pretrained(folder / name)
        index[name] = ["a library", type(part).__name__]
    (folder / "scheduler").mkdir()
    (folder / "scheduler" / "scheduler_config.json").write_text(json.dumps(scheduler or {}))
    (folder / "model_index.json").write_text(json.dumps(index))
    return folder


@pytest.fixture
def first_version(tmp_path):
    parts = {"unet": unet(), "vae": autoencoder(), "text_encoder": CLIPTextModel(text_config()).eval()}
    return write(tmp_path, "StableDiffusionPipeline", parts), parts


def test_a_folder_of_version_1_opens_with_all_its_parts_and_settings(first_version):
    folder, _ = first_version
    opened = open_model(folder / "model_index.json")
    assert opened.detection.family == "sd1"
    assert opened.record.resolution == (16, 16)
    assert opened.denoiser.network.config.heads == 4
    assert opened.text[0].tokenizer_folder == folder / "tokenizer"
    assert opened.text[0].weighted.network.config.heads == 2
    assert opened.report.unknown == ()


def test_the_parts_of_a_folder_compute_what_diffusers_and_transformers_compute(first_version):
    folder, parts = first_version
    opened = open_model(folder)
    x, t, context = torch.randn(1, 4, 8, 8), torch.tensor([7]), torch.randn(1, 5, 32)
    ids = torch.tensor([[49_406, 5, 6, 49_407]])
    with torch.inference_mode():
        ours = materialise(opened.denoiser)(x, t, context)
        torch.testing.assert_close(ours, parts["unet"](x, t, context).sample, atol=2e-5, rtol=1e-4)
        decoded = materialise(opened.autoencoder.weighted).decode(x)
        torch.testing.assert_close(decoded, parts["vae"].decode(x).sample, atol=2e-5, rtol=1e-4)
        text = encode_ids(materialise(opened.text[0].weighted), ids, end_id=49_407).sequence
        torch.testing.assert_close(text, parts["text_encoder"](ids).last_hidden_state, atol=2e-5, rtol=1e-4)


def test_the_scheduler_of_a_folder_decides_the_prediction(tmp_path):
    parts = {"unet": unet(use_linear_projection=True), "text_encoder": CLIPTextModel(text_config(hidden_act="gelu"))}
    write(tmp_path, "StableDiffusionPipeline", parts, scheduler={"prediction_type": "v_prediction"})
    opened = open_model(tmp_path)
    assert (opened.detection.family, opened.record.prediction) == ("sd2", "v")
    assert opened.text[0].weighted.network.config.activation == "gelu"


@pytest.mark.parametrize(("layers", "cut"), [(23, 1), (24, 0)])
def test_a_text_encoder_of_version_2_that_lacks_the_layer_it_never_reads_is_known_as_such(tmp_path, layers, cut):
    text = CLIPTextModel(text_config(hidden_act="gelu", num_hidden_layers=layers))
    parts = {"unet": unet(use_linear_projection=True), "text_encoder": text}
    opened = open_model(write(tmp_path, "StableDiffusionPipeline", parts))
    assert (opened.text[0].kind, opened.text[0].cut) == ("clip_h", cut)


def test_a_folder_of_xl_has_two_text_encoders(tmp_path):
    extra = {"addition_embed_type": "text_time", "addition_time_embed_dim": 8}
    parts = {
        "unet": unet(use_linear_projection=True, projection_class_embeddings_input_dim=80, **extra),
        "text_encoder": CLIPTextModel(text_config()),
        "text_encoder_2": CLIPTextModelWithProjection(text_config(projection_dim=32, hidden_act="gelu")),
        "vae": autoencoder(scaling_factor=0.13025),
    }
    opened = open_model(write(tmp_path, "StableDiffusionXLPipeline", parts))
    assert opened.detection.family == "sdxl"
    assert [text.kind for text in opened.text] == ["clip_l", "clip_g"]
    assert opened.text[1].tokenizer_folder == tmp_path / "tokenizer_2"
    assert opened.record.latent.scale == 0.13025


@pytest.mark.parametrize("newer", [False, True])
def test_the_transformer_of_version_3_computes_what_diffusers_computes(tmp_path, newer):
    more = {"qk_norm": "rms_norm", "dual_attention_layers": (0,)} if newer else {}
    theirs = shaken(
        SD3Transformer2DModel(
            sample_size=8,
            num_layers=3,
            attention_head_dim=64,
            num_attention_heads=1,
            joint_attention_dim=48,
            caption_projection_dim=64,
            pooled_projection_dim=24,
            pos_embed_max_size=8,
            **more,
        )
    )
    vae = autoencoder(16, scaling_factor=1.5305, shift_factor=0.0609, use_quant_conv=False, use_post_quant_conv=False)
    write(tmp_path, "StableDiffusion3Pipeline", {"transformer": theirs, "vae": vae}, scheduler={"shift": 2.5})
    opened = open_model(tmp_path)
    assert opened.detection.family == ("sd35_medium" if newer else "sd3")
    assert (opened.record.latent.scale, opened.record.latent.shift) == (1.5305, 0.0609)
    assert opened.record.noise.shift == 2.5
    x, t, context, pooled = torch.randn(1, 16, 8, 8), torch.tensor([500.0]), torch.randn(1, 5, 48), torch.randn(1, 24)
    with torch.inference_mode():
        ours = materialise(opened.denoiser)(x, t, context, pooled)
        expected = theirs(x, encoder_hidden_states=context, pooled_projections=pooled, timestep=t).sample
    torch.testing.assert_close(ours, expected, atol=5e-5, rtol=1e-4)


def test_one_part_of_a_folder_opens_alone(first_version):
    folder, _ = first_version
    assert open_model(folder / "unet", kind="sd1").denoiser.network.config.heads == 4
    assert open_model(folder / "vae").autoencoder.latent.channels == 4
    assert open_model(folder / "text_encoder").text[0].weighted.network.config.layers == 3


def test_half_precision_is_preferred_and_training_copies_are_left(tmp_path):
    for name in ("diffusion_pytorch_model", "diffusion_pytorch_model.non_ema"):
        save_file({"a": torch.zeros(1)}, tmp_path / f"{name}.safetensors")
    assert weights_in(tmp_path).name == "diffusion_pytorch_model.safetensors"
    save_file({"a": torch.zeros(1)}, tmp_path / "diffusion_pytorch_model.fp16.safetensors")
    assert weights_in(tmp_path).name == "diffusion_pytorch_model.fp16.safetensors"


def test_a_part_in_shards_is_read_through_its_index(first_version):
    folder, _ = first_version
    part = folder / "unet"
    whole = part / "diffusion_pytorch_model.safetensors"
    tensors = load_file(whole)
    names, middle = sorted(tensors), len(tensors) // 2
    weight_map = {}
    for number, chosen in enumerate((names[:middle], names[middle:]), start=1):
        shard = f"diffusion_pytorch_model-0000{number}-of-00002.safetensors"
        save_file({name: tensors[name] for name in chosen}, part / shard)
        weight_map |= dict.fromkeys(chosen, shard)
    whole.unlink()
    (part / "diffusion_pytorch_model.safetensors.index.json").write_text(json.dumps({"weight_map": weight_map}))
    opened = open_model(folder)
    assert opened.denoiser.source.read("out.2.bias").equal(tensors["conv_out.bias"])
    (part / "diffusion_pytorch_model-00002-of-00002.safetensors").unlink()
    with pytest.raises(CheckpointError, match=r"comes in 2 files.*-00002-of-00002.safetensors is not there"):
        open_model(folder)


@pytest.mark.parametrize("text", ["[]", "{", '{"unet": ["diffusers", "UNet2DConditionModel"], "../up": ["a", "b"]}'])
def test_a_folder_whose_index_is_damaged_or_that_is_empty_says_so(tmp_path, text):
    (tmp_path / "model_index.json").write_text(text)
    with pytest.raises(CheckpointError, match=r"cannot be read|holds no weights"):
        open_model(tmp_path)
