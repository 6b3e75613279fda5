"""UNets of guided diffusion's layout in published files."""

import pytest

from diffusion.checkpoints.keys.adm import LATENT_HEAD_WIDTH, adm_config_from_shapes, classifier_side_from_shapes
from diffusion.checkpoints.keys.pixel import (
    KARLO,
    KARLO_UPSAMPLER_FIRST,
    KARLO_UPSAMPLER_LAST,
    deepfloyd_config_from_shapes,
    glide_config_from_shapes,
    karlo_decoder_config_from_shapes,
)
from diffusion.checkpoints.keys.reading import shapes_under
from diffusion.networks.adm import AdmUNet
from diffusion.networks.classifier import NoisyClassifier
from diffusion.networks.deepfloyd import DeepFloydUNet
from diffusion.networks.glide import GlideTextConfig, GlideUNet
from diffusion.networks.karlo import KarloDecoder, KarloTextConfig

LATENT = ("bsr_sr", "celeba256")
# Level widths as multiples of the first convolution's, and residual blocks of a level.
LEVELS = {
    "ADM_64": ((1, 2, 3, 4), 3),
    "ADM_128": ((1, 1, 2, 3, 4), 2),
    "ADM_256c": ((1, 1, 2, 2, 4, 4), 2),
    "ADM_256u": ((1, 1, 2, 2, 4, 4), 2),
    "bsr_sr": ((1, 2, 2, 4), 2),
    "celeba256": ((1, 2, 3, 4), 2),
    "lsun_churches": ((1, 2, 2, 4, 4), 2),
    "inpainting_big": None,
    "semantic256": None,
}


@pytest.mark.parametrize("name", LEVELS)
def test_a_unet_takes_every_tensor_of_its_file(published, assert_fits, name):
    part = published(f"fingerprints/{name}")
    head_width = LATENT_HEAD_WIDTH if name in LATENT else 64
    config = assert_fits(lambda: AdmUNet(adm_config_from_shapes(part, head_width=head_width)), part).config
    if LEVELS[name] is not None:
        multiples, blocks = LEVELS[name]
        assert tuple(width // config.model_channels for width in config.level_channels) == multiples
        assert set(config.res_blocks) == {blocks}


@pytest.mark.parametrize(
    ("file", "blocks", "levels", "side"),
    [
        ("fingerprints/ADM_classifier_64", 4, 4, 8),
        ("fingerprints/ADM_classifier_128", 2, 5, 8),
        ("fingerprints/ADM_classifier_256", 2, 6, 8),
        ("fingerprints/ADM_classifier_512", 2, 7, 8),
        ("manifests/guided_classifier_256", 2, 6, 8),
    ],
)
def test_a_classifier_takes_every_tensor_of_its_file(published, assert_fits, file, blocks, levels, side):
    part = published(file)
    assert classifier_side_from_shapes(part) == side
    config = assert_fits(lambda: NoisyClassifier(adm_config_from_shapes(part), side), part).config
    assert config.res_blocks == (blocks,) * levels


@pytest.mark.parametrize(
    "file",
    ["manifests/glide_base", "manifests/glide_upsample", "fingerprints/glide_base_inpaint"],
)
def test_glide_takes_every_tensor_of_its_file(published, assert_fits, file):
    part = published(file)
    config, text = glide_config_from_shapes(part)
    assert_fits(lambda: GlideUNet(config, text), part)
    assert text == GlideTextConfig()


def test_karlos_decoder_takes_every_tensor_of_its_file(published, assert_fits):
    part = shapes_under(published("manifests/karlo_decoder"), KARLO)
    config, text = karlo_decoder_config_from_shapes(part)
    assert_fits(lambda: KarloDecoder(config, text), part)
    assert text == KarloTextConfig()


@pytest.mark.parametrize("prefix", [KARLO_UPSAMPLER_FIRST, KARLO_UPSAMPLER_LAST])
def test_karlos_upsamplers_take_every_tensor_of_their_file(published, assert_fits, prefix):
    part = shapes_under(published("manifests/karlo_sr"), prefix)
    assert not assert_fits(lambda: AdmUNet(adm_config_from_shapes(part)), part).config.attention_levels


@pytest.mark.parametrize("file", ["manifests/if_i_xl", "fingerprints/IF_I_L_inferred_config"])
def test_deepfloyd_takes_every_tensor_of_its_file(published, assert_fits, file):
    part = published(file)
    config = assert_fits(lambda: DeepFloydUNet(*deepfloyd_config_from_shapes(part)), part).config
    assert config.res_blocks == (3, 3, 3, 3)
    assert config.attention_levels == (1, 2, 3)


def test_latent_super_resolution_takes_every_tensor_of_its_file(published, assert_fits):
    part = shapes_under(published("manifests/ldm_bsr_sr"), "model.diffusion_model.")
    assert_fits(lambda: AdmUNet(adm_config_from_shapes(part, head_width=LATENT_HEAD_WIDTH)), part)
