"""What the loaders make of files."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.blueprint import on_meta
from diffusion.networks.clip import ClipText, ClipTextConfig
from diffusion.networks.clip_projection import ClipTextWithProjection
from diffusion.networks.unet import UNet, UNetConfig
from graph_engine.files.folders import Folders
from graph_engine.memory.torch_backend import device_memory
from graph_engine.spec.sdk import Blocked
from nodes import loaders, loaders_parts

TINY = {"model_channels": 32, "level_channels": (32, 32), "res_blocks": (1, 1), "transformer_depth": (1, 0)}


class Files:
    """The one thing of a node's context that loaders use."""

    def __init__(self, folders):
        self.folders = folders

    def model(self, kind, name):
        return self.folders.model_path(kind, name)


class Context:
    def __init__(self, folders):
        self.files = Files(folders)
        self.memory = device_memory("cpu")


@pytest.fixture
def context(tmp_path):
    folders = Folders(tmp_path / "data", (tmp_path / "models",))
    folders.create()
    return Context(folders)


def put(context, folder, name, build, prefix="", **more):
    """Write a file of zeros with the names and shapes of a network."""
    with on_meta():
        network = build()
    path = context.files.folders.models[0] / folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    state = {
        prefix + key: torch.zeros(tensor.shape, dtype=torch.float16) for key, tensor in network.state_dict().items()
    }
    save_file(state | more, path)
    return path


def call(node, context, **inputs):
    return node(context, **inputs)


def clip(width):
    return ClipTextConfig(width=width, mlp_width=8, layers=1, heads=width // 64, vocabulary=49_408)


def unet():
    return UNet(UNetConfig(context_width=768, **TINY))


def test_a_file_of_a_unet_alone_gives_the_model_and_says_who_has_the_rest(context):
    put(context, "checkpoints", "bare.safetensors", unet)
    model, text, vae = loaders.load_checkpoint(context, ckpt_name="bare.safetensors").values
    assert model.record.family == "sd1"
    assert isinstance(text, Blocked)
    assert "bare.safetensors holds no text encoder: load it (clip_l) with 'Load CLIP'" in text.message
    assert isinstance(vae, Blocked)
    assert "'Load VAE'" in vae.message


def test_a_file_with_none_of_a_models_parts_is_refused(context):
    from diffusion.networks.controlnet import ControlNet

    put(context, "checkpoints", "control.safetensors", lambda: ControlNet(UNetConfig(context_width=768, **TINY)))
    with pytest.raises(ValueError, match=r"control.safetensors holds ControlNet, which is neither"):
        loaders.load_checkpoint(context, ckpt_name="control.safetensors")


def test_the_config_of_an_old_workflow_is_not_read_and_that_is_told(context):
    put(context, "checkpoints", "bare.safetensors", unet)
    result = loaders.load_checkpoint_with_config(context, config_name="v1.yaml", ckpt_name="bare.safetensors")
    assert "v1.yaml was not read" in result.ui["text"][-1]
    plain = loaders.load_checkpoint_with_config(context, ckpt_name="bare.safetensors")
    assert plain.ui == {}


def test_a_unet_computes_in_the_type_that_is_asked_for(context):
    put(context, "diffusion_models", "unet.safetensors", unet, prefix="model.diffusion_model.")
    for word, dtype in (("default", None), ("bf16", torch.bfloat16), ("fp8_e4m3fn", None)):
        (model,) = loaders_parts.load_unet(context, unet_name="unet.safetensors", weight_dtype=word).values
        assert model.options.dtype is dtype


def test_the_unet_loader_refuses_an_autoencoder_and_the_vae_loader_takes_it(context):
    small = AutoencoderConfig(base_channels=32, level_channels=(32, 32), res_blocks=1)
    for folder in ("diffusion_models", "vae"):
        put(context, folder, "vae.safetensors", lambda: AutoencoderKL(small))
    (vae,) = loaders_parts.load_vae(context, vae_name="vae.safetensors").values
    assert (vae.kind, vae.latent.factor) == ("kl", 2)
    with pytest.raises(ValueError, match="holds KL autoencoder, and no denoising network"):
        loaders_parts.load_unet(context, unet_name="vae.safetensors")


@pytest.mark.parametrize(("width", "family"), [(768, "sd1"), (1024, "sd2"), (1280, "sdxl_refiner")])
def test_a_text_encoder_alone_tells_what_it_is_for(context, width, family):
    put(context, "text_encoders", "text.safetensors", lambda: ClipText(clip(width)))
    (text,) = loaders_parts.load_clip(context, clip_name="text.safetensors").values
    assert text.family == family
    (text,) = loaders_parts.load_clip(context, clip_name="text.safetensors", type="sd3").values
    assert text.family == "sd3"


def test_two_text_encoders_are_read_together_and_must_differ(context):
    put(context, "text_encoders", "l.safetensors", lambda: ClipText(clip(768)))
    put(context, "text_encoders", "g.safetensors", lambda: ClipTextWithProjection(clip(1280), 1280))
    names = {"clip_name1": "l.safetensors", "clip_name2": "g.safetensors"}
    (text,) = loaders_parts.load_two_clips(context, **names).values
    assert text.family == "sdxl"
    assert [encoder.kind for encoder in text.encoders] == ["clip_l", "clip_g"]
    names["clip_name2"] = "l.safetensors"
    with pytest.raises(ValueError, match="Two of the files hold the text encoder clip_l"):
        loaders_parts.load_two_clips(context, **names)


def test_what_weights_decide_is_told_for_stable_diffusion_2(context):
    second = UNetConfig(context_width=1024, linear_projections=True, heads=None, head_width=32, **TINY)
    put(context, "checkpoints", "two.safetensors", lambda: UNet(second))
    result = loaders.load_checkpoint(context, ckpt_name="two.safetensors")
    assert "does not say whether it predicts noise or velocity; noise is taken" in result.ui["text"][0]
    assert result.values[0].record.prediction == "eps"
