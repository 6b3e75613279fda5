"""Pixel models in diffusers folders."""

import json

from diffusers import UNet2DConditionModel
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.networks.t5 import T5Config, T5Encoder
from tests.parity.deepfloyd_config import CONFIG


def test_a_folder_of_deepfloyd_brings_its_unet_and_its_t5(tmp_path):
    for part in ("unet", "text_encoder"):
        (tmp_path / part).mkdir()
    unet = UNet2DConditionModel(**CONFIG)
    save_file(
        {name: tensor.contiguous() for name, tensor in unet.state_dict().items()},
        tmp_path / "unet" / "diffusion_pytorch_model.safetensors",
    )
    t5 = T5Encoder(T5Config(width=64, mlp_width=64, layers=1, heads=2, head_width=32, vocabulary=40))
    save_file(
        {name: tensor.clone().contiguous() for name, tensor in t5.state_dict().items()},
        tmp_path / "text_encoder" / "model.safetensors",
    )
    index = {
        "_class_name": "IFPipeline",
        "unet": ["diffusers", "UNet2DConditionModel"],
        "text_encoder": ["transformers", "T5EncoderModel"],
        "scheduler": ["diffusers", "DDPMScheduler"],
    }
    (tmp_path / "model_index.json").write_text(json.dumps(index), encoding="utf-8")
    opened = open_model(tmp_path)
    assert opened.record.family == "deepfloyd"
    assert opened.record.learned_range
    assert [text.weighted.network.config.width for text in opened.text] == [64]
    assert not opened.report.unknown
