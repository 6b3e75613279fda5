"""T5 encoders of published files."""

import pytest

from diffusion.checkpoints.keys.reading import renamed
from diffusion.checkpoints.keys.sd3 import T5
from diffusion.checkpoints.keys.t5 import map_t5_keys, t5_config_from_shapes
from diffusion.networks.t5 import T5Config, T5Encoder


@pytest.mark.parametrize(
    ("file", "prefix"), [("manifests/t5xxl_fp16", ""), ("manifests/sd3_medium_incl_clips_t5xxlfp8", T5)]
)
def test_the_encoder_takes_every_tensor_and_is_xxl(published, assert_fits, file, prefix):
    shapes = published(file)
    part = renamed(shapes, map_t5_keys(shapes, prefix))
    assert assert_fits(lambda: T5Encoder(t5_config_from_shapes(part)), part).config == T5Config()


@pytest.mark.parametrize("name", ["shared.weight", "encoder.embed_tokens.weight"])
def test_the_embedding_is_found_under_either_of_its_names(name):
    assert map_t5_keys([name, "decoder.embed_tokens.weight"]) == {"shared.weight": name}
