"""CLIP's image encoder against transformers' and OpenCLIP's, on tiny random weights."""

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.image.clip_pixels import clip_pixels

TOLERANCE = {"atol": 2e-5, "rtol": 1e-4}


@pytest.fixture
def pictures():
    return torch.rand(2, 3, 28, 28, generator=torch.Generator().manual_seed(0))


def shaken(module):
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for parameter in module.parameters():
            parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1 + (parameter.dim() == 1) * 0.5)
    return module.eval()


def opened(tmp_path, state):
    path = tmp_path / "vision.safetensors"
    save_file({name: tensor.contiguous() for name, tensor in state.items()}, path)
    model = open_model(path)
    assert model.report.missing == model.report.unexpected == model.report.unknown == ()
    return model


@torch.inference_mode()
def test_it_agrees_with_transformers(tmp_path, pictures):
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    config = CLIPVisionConfig(
        **{"hidden_size": 64, "intermediate_size": 96, "num_hidden_layers": 3, "num_attention_heads": 1},
        **{"image_size": 28, "patch_size": 14, "projection_dim": 24, "hidden_act": "gelu"},
    )
    theirs = shaken(CLIPVisionModelWithProjection(config))
    state = {name: tensor for name, tensor in theirs.state_dict().items() if "position_ids" not in name}
    state = {name if "." in name and name.startswith("vis") else "vision_model." + name: t for name, t in state.items()}
    ours = materialise(opened(tmp_path, state).vision)
    wanted = theirs(pictures, output_hidden_states=True)
    got = ours(pictures)
    torch.testing.assert_close(got.embedding, wanted.image_embeds, **TOLERANCE)
    torch.testing.assert_close(got.last, wanted.last_hidden_state, **TOLERANCE)
    torch.testing.assert_close(got.penultimate, wanted.hidden_states[-2], **TOLERANCE)


@torch.inference_mode()
def test_it_agrees_with_open_clip_whose_layout_is_fused_and_has_text_beside(tmp_path, pictures):
    from open_clip.model import CLIP

    theirs = shaken(
        CLIP(
            embed_dim=24,
            vision_cfg={"image_size": 28, "patch_size": 14, "width": 64, "layers": 2, "head_width": 64},
            text_cfg={"context_length": 77, "vocab_size": 60, "width": 64, "heads": 1, "layers": 1},
        )
    )
    model = opened(tmp_path, theirs.state_dict())
    torch.testing.assert_close(
        materialise(model.vision)(pictures).embedding, theirs.encode_image(pictures), **TOLERANCE
    )
    assert model.text[0].weighted.network.config.width == 64


def test_another_size_is_refused_in_words(tmp_path):
    from diffusion.networks.clip_vision import ClipVision, ClipVisionConfig

    network = ClipVision(ClipVisionConfig(width=64, mlp_width=64, layers=1, heads=1, size=28))
    with pytest.raises(ValueError, match="28 × 28"):
        network(torch.zeros(1, 3, 14, 14))


@pytest.mark.parametrize(("height", "width"), [(300, 200), (200, 300), (224, 224), (50, 40)])
def test_pictures_are_brought_to_the_square_as_the_published_transform_does(height, width):
    # torchvision's Resize (bicubic, antialiased), CenterCrop and Normalize, as CLIP's published code has them; on
    # tensors instead of eight-bit pictures. They differ by the rounding to eight bits: 0.5/255 over the deviation.
    from torchvision.transforms import v2

    picture = torch.rand(1, height, width, 3, generator=torch.Generator().manual_seed(0))
    transform = v2.Compose(
        [
            v2.Resize(224, interpolation=v2.InterpolationMode.BICUBIC, antialias=True),
            v2.CenterCrop(224),
            v2.Lambda(lambda x: x.clamp(0, 1)),
            v2.Normalize((0.48145466, 0.4578275, 0.40821073), (0.26862954, 0.26130258, 0.27577711)),
        ]
    )
    expected = transform(picture.permute(0, 3, 1, 2))
    got = clip_pixels(picture, 224)
    assert got.shape == (1, 3, 224, 224)
    torch.testing.assert_close(got, expected, atol=0.008, rtol=0)


def test_without_cropping_the_whole_picture_is_squeezed():
    picture = torch.zeros(1, 100, 50, 3)
    picture[:, :50] = 1
    squeezed = clip_pixels(picture, 20, crop=False)
    assert squeezed[0, 0, 0].mean() > 1
    assert squeezed[0, 0, -1].mean() < -1
