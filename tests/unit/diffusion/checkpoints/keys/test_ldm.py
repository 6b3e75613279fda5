"""Latent diffusion's text encoder and autoencoders in published files."""

import pytest

from diffusion.checkpoints.keys.ldm import (
    AUTOENCODER,
    BERT,
    bert_config_from_shapes,
    map_bert_keys,
    map_vq_keys,
    vq_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import renamed
from diffusion.networks.bert import BertConfig, BertEncoder
from diffusion.networks.vq import AutoencoderVQ


@pytest.mark.parametrize(
    ("file", "prefix", "config"),
    [
        ("manifests/ldm_text2img_large", BERT, BertConfig()),
        ("fingerprints/txt2img_large_BERT", "", BertConfig()),
        ("fingerprints/text2img256_BERT", "", BertConfig(width=640)),
    ],
)
def test_the_text_encoder_takes_every_tensor_of_its_file(published, assert_fits, file, prefix, config):
    shapes = published(file)
    part = renamed(shapes, map_bert_keys(shapes, prefix))
    assert assert_fits(lambda: BertEncoder(bert_config_from_shapes(part)), part).config == config


def test_the_autoencoder_of_super_resolution_takes_every_tensor_of_its_file(published, assert_fits):
    shapes = published("manifests/ldm_bsr_sr")
    part = renamed(shapes, map_vq_keys(shapes, AUTOENCODER))
    config = assert_fits(lambda: AutoencoderVQ(vq_config_from_shapes(part)), part).config
    assert (config.codes, config.code_width, config.body.factor) == (8192, 3, 4)
