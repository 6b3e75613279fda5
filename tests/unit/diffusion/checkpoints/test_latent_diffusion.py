"""Files of latent diffusion's authors: averages, noise levels and scales that only the file itself tells."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.keys.ldm_zoo import ZOO, zoo_config
from diffusion.checkpoints.keys.pixel import adm_config_of_file
from diffusion.checkpoints.load import open_model
from diffusion.networks.adm import AdmConfig, AdmUNet
from diffusion.networks.autoencoder import AutoencoderConfig, AutoencoderKL
from diffusion.networks.conditioners import ClassEmbedder
from diffusion.networks.unet import UNet, UNetConfig
from diffusion.networks.vq import AutoencoderVQ, VQConfig

UNET = AdmConfig(4, 4, 32, 128, (32, 64), (1, 1), (0, 1), head_width=None, heads=2)
BODY = AutoencoderConfig(base_channels=32, level_channels=(32, 64), res_blocks=1)


def churches(*, averaged=True, betas=True):
    torch.manual_seed(0)
    unet, autoencoder = AdmUNet(UNET).state_dict(), AutoencoderKL(BODY).state_dict()
    state = {f"model.diffusion_model.{name}": tensor for name, tensor in unet.items()}
    state |= {f"first_stage_model.{name}": tensor for name, tensor in autoencoder.items()}
    state["first_stage_model.loss.logvar"] = torch.zeros(())
    state["scale_factor"] = torch.tensor(0.22)
    if betas:
        state["betas"] = torch.linspace(0.0015**0.5, 0.0155**0.5, 1000, dtype=torch.float64).square().float()
    if averaged:
        # The published files take the dots out of the average's names.
        for name, tensor in unet.items():
            state[f"model_ema.diffusion_model{name.replace('.', '')}"] = tensor + 1
        state["model_ema.decay"] = torch.tensor(0.9999)
    return {name: tensor.clone().contiguous() for name, tensor in state.items()}


def opened(state, tmp_path):
    path = tmp_path / "model.safetensors"
    save_file(state, path)
    return open_model(path)


def test_the_moving_average_is_what_is_sampled(tmp_path):
    state = churches()
    found = opened(state, tmp_path)
    name = "input_blocks.0.0.weight"
    torch.testing.assert_close(found.denoiser.source.read(name), state[f"model.diffusion_model.{name}"] + 1)
    assert any("moving average" in sentence for sentence in found.decided)
    assert not found.report.unknown


def test_without_an_average_the_weights_themselves_are_taken(tmp_path):
    state = churches(averaged=False)
    name = "input_blocks.0.0.weight"
    found = opened(state, tmp_path)
    torch.testing.assert_close(found.denoiser.source.read(name), state[f"model.diffusion_model.{name}"])


def test_noise_levels_and_scale_come_from_the_file(tmp_path):
    record = opened(churches(), tmp_path).record
    assert (record.noise.start, record.noise.end) == pytest.approx((0.0015, 0.0155), abs=1e-6)
    assert record.latent.scale == pytest.approx(0.22)
    assert record.family == "ldm"


def test_without_them_the_published_model_of_its_kind_tells(tmp_path):
    record = opened(churches(betas=False), tmp_path).record
    assert (record.noise.start, record.noise.end) == (0.0015, ZOO["ldm_churches"].beta_end)


def test_a_class_model_brings_its_embedder_and_its_vq_autoencoder(tmp_path):
    unet = UNet(
        UNetConfig(
            in_channels=3, out_channels=3, model_channels=32, level_channels=(32, 64), res_blocks=(1, 1),
            transformer_depth=(0, 1), context_width=512, heads=1,
        )
    )  # fmt: skip
    body = AutoencoderConfig(
        base_channels=32, level_channels=(32, 32, 32), res_blocks=1, latent_channels=3, embedding_channels=3,
        middle_attention=False,
    )  # fmt: skip
    autoencoder = AutoencoderVQ(VQConfig(body, codes=16, code_width=3))
    state = {f"model.diffusion_model.{name}": tensor for name, tensor in unet.state_dict().items()}
    state |= {f"first_stage_model.{name}": tensor for name, tensor in autoencoder.state_dict().items()}
    state |= {f"cond_stage_model.{name}": tensor for name, tensor in ClassEmbedder(11, 512).state_dict().items()}
    found = opened({name: tensor.contiguous() for name, tensor in state.items()}, tmp_path)
    assert found.parts["classes"].network.embedding.num_embeddings == 11
    assert found.autoencoder.kind == "vq"
    assert found.autoencoder.latent.factor == 4
    assert found.denoiser.network.config.heads == 1
    assert not found.report.unknown


def shapes_of(network):
    return {name: tuple(tensor.shape) for name, tensor in network.state_dict().items()}


def test_heads_are_those_of_the_published_configuration():
    with torch.device("meta"):
        faces = AdmUNet(AdmConfig(3, 3, 64, 256, (64, 128), (1, 1), (1,), resample_in_blocks=False))
        churches_unet = AdmUNet(UNET)
    assert zoo_config(shapes_of(faces), "ldm_unconditional").head_width == 32
    assert zoo_config(shapes_of(churches_unet), "ldm_churches").heads == 8


def test_only_guided_diffusions_model_of_64_pixels_orders_queries_first():
    def config(levels, inputs, classes):
        with torch.device("meta"):
            network = AdmUNet(AdmConfig(inputs, 6, 64, 256, (64,) * levels, (1,) * levels, (1,), classes=classes))
        return adm_config_of_file(shapes_of(network))

    assert config(4, 3, 10).part_major
    assert not config(6, 3, 10).part_major
    assert config(5, 3, 10).heads == 4
    assert config(6, 6, 10).heads == 4
    assert config(6, 3, 0).head_width == 64
