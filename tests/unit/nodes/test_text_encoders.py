"""Prompts of models with several encoders, with tiny encoders of their kinds; and pictures as prompts."""

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.latent_formats import SD3_LATENT
from diffusion.checkpoints.stores import LoadedStore
from diffusion.checkpoints.weights import StoredWeights, Weighted
from diffusion.networks.clip_vision import ClipVision, ClipVisionConfig
from diffusion.networks.style import StyleConfig, StyleModel
from graph_engine.files.folders import Folders
from graph_engine.files.node_files import JailedFiles
from graph_engine.memory.torch_backend import device_memory
from graph_engine.spec.sdk import NodeContext
from nodes.latents import empty_sd3_latent_image
from nodes.sockets import ImageEncoder, ImageFeatures, TextModel
from nodes.text_encoders import (
    clip_text_encode_refiner,
    clip_text_encode_sd3,
    clip_text_encode_sdxl,
    prompt_encode,
    t5_encode,
)
from nodes.vision import apply_style_model, clip_vision_encode, load_style_model, unclip_conditioning
from tests.unit.diffusion.text.test_families import large, small, t5


def stored(weighted: Weighted) -> Weighted:
    """A network with random weights to be read when it is leased."""
    generator = torch.Generator().manual_seed(0)
    state = {
        name: torch.randn(tensor.shape, generator=generator) * 0.1
        for name, tensor in weighted.network.state_dict().items()
    }
    network = weighted.network.to("meta").eval()
    return Weighted(network, StoredWeights(LoadedStore(state), {name: name for name in state}), weighted.identity)


@pytest.fixture(scope="module")
def encoders() -> tuple:
    return tuple(replace(encoder, weighted=stored(encoder.weighted)) for encoder in (small(), large(), t5()))


@pytest.fixture
def ctx(tmp_path: Path) -> NodeContext:
    files = JailedFiles(Folders(tmp_path / "data", (tmp_path / "models",)))
    return NodeContext(
        node_id="1",
        job_id="job",
        files=files,
        memory=device_memory("cpu"),
        report=lambda *_: None,
        cancelled=lambda: False,
    )


def entry(result) -> tuple:
    (pairs,) = result.values
    ((sequence, options),) = pairs
    return sequence, options


def test_sdxl_takes_two_prompts_and_its_sizes(ctx, encoders) -> None:
    clip = TextModel(encoders[:2], "sdxl")
    sizes = {"width": 640, "height": 480, "crop_w": 8, "crop_h": 16, "target_width": 64, "target_height": 32}
    sequence, options = entry(clip_text_encode_sdxl(ctx, clip=clip, text_g="red", text_l="blue", **sizes))
    other, _ = entry(clip_text_encode_sdxl(ctx, clip=clip, text_g="red", text_l="red", **sizes))
    assert sequence.shape == (1, 77, 160)
    assert torch.equal(sequence[..., 64:], other[..., 64:])
    assert not torch.equal(sequence[..., :64], other[..., :64])
    assert {name: options[name] for name in sizes} == sizes
    assert options["pooled_output"].shape == (1, 40)


def test_the_refiner_takes_a_rating(ctx, encoders) -> None:
    clip = TextModel(encoders[1:2], "sdxl_refiner")
    sequence, options = entry(clip_text_encode_refiner(ctx, clip=clip, text="red", ascore=2.5, width=64, height=32))
    assert sequence.shape == (1, 77, 96)
    assert (options["aesthetic_score"], options["width"], options["height"]) == (2.5, 64, 32)


def test_an_empty_prompt_of_version_3_leaves_its_encoder_out_unless_asked_for(ctx, encoders) -> None:
    clip = TextModel(encoders, "sd3")
    # Without CLIP-G's features the place of the published width stays free, so T5 alone is left out here.
    silent, _ = entry(clip_text_encode_sd3(ctx, clip=clip, clip_l="red", clip_g="red", t5xxl=""))
    spoken, _ = entry(
        clip_text_encode_sd3(ctx, clip=clip, clip_l="red", clip_g="red", t5xxl="", empty_padding="empty_prompt")
    )
    assert silent[:, 77:].count_nonzero() == 0
    assert spoken[:, 77:].count_nonzero() > 0


def test_a_prompt_for_another_family_says_which_node_to_use(ctx, encoders) -> None:
    with pytest.raises(ValueError, match="use 'Prompt'"):
        clip_text_encode_sdxl(ctx, clip=TextModel(encoders[:1], "sd1"))


def test_t5_alone_gives_its_sequence(ctx, encoders) -> None:
    sequence, options = entry(t5_encode(ctx, clip=TextModel(encoders, "sd3"), text="red"))
    assert sequence.shape == (1, 77, 1408)
    assert "pooled_output" not in options
    with pytest.raises(ValueError, match="no T5"):
        t5_encode(ctx, clip=TextModel(encoders[:2], "sdxl"), text="red")


def test_a_prompt_can_be_read_as_another_program_reads_it(ctx, encoders) -> None:
    clip = TextModel(encoders[:1], "sd1")
    plain, _ = entry(prompt_encode(ctx, clip=clip, text="red"))
    lowered, _ = entry(prompt_encode(ctx, clip=clip, text="[red]", grammar="a1111"))
    raised, _ = entry(prompt_encode(ctx, clip=clip, text="(red:1.5)", weighting="a1111"))
    assert not torch.equal(plain, lowered)
    torch.testing.assert_close(raised.mean(), plain.mean(), rtol=1e-3, atol=1e-4)


def test_a_picture_becomes_an_embedding_and_then_part_of_a_prompt(ctx) -> None:
    config = ClipVisionConfig(width=64, mlp_width=64, layers=2, heads=1, size=28, projection=24)
    encoder = ImageEncoder(stored(Weighted(ClipVision(config), None, "vision")))
    seen = clip_vision_encode(ctx, clip_vision=encoder, image=torch.rand(2, 40, 30, 3))
    assert seen.image_embeds.shape == (2, 24)
    assert seen.penultimate_hidden_states.shape == (2, 5, 64)
    prompt = [(torch.zeros(1, 77, 8), {"pooled_output": None})]
    ((_, options),) = unclip_conditioning(conditioning=prompt, clip_vision_output=seen, noise_augmentation=0.2)
    ((_, both),) = unclip_conditioning(conditioning=[(prompt[0][0], options)], clip_vision_output=seen, strength=0.5)
    assert [item["strength"] for item in both["unclip_conditioning"]] == [1.0, 0.5]
    assert both["unclip_conditioning"][0]["clip_vision_output"] is seen
    assert unclip_conditioning(conditioning=prompt, clip_vision_output=seen, strength=0.0) == prompt


def test_an_empty_latent_of_version_3_is_zero_to_its_denoiser() -> None:
    latent = empty_sd3_latent_image(width=64, height=32, batch_size=2)["samples"]
    assert latent.shape == (2, 16, 4, 8)
    assert SD3_LATENT.into_denoiser(latent).abs().max() < 1e-6


def test_a_style_model_adds_a_pictures_tokens_to_a_prompt(ctx, tmp_path: Path) -> None:
    torch.manual_seed(0)
    network = StyleModel(StyleConfig(width=64, layers=1, tokens=4, context_width=8))
    torch.nn.init.normal_(network.proj)
    folder = tmp_path / "models" / "style_models"
    folder.mkdir(parents=True)
    save_file(network.state_dict(), folder / "style.safetensors")
    style = load_style_model(ctx, style_model_name="style.safetensors")
    seen = ImageFeatures(torch.randn(1, 24), torch.randn(1, 5, 64), torch.randn(1, 5, 64))
    given = {"style_model": style, "clip_vision_output": seen}
    ((sequence, _),) = apply_style_model(ctx, conditioning=[(torch.zeros(1, 77, 8), {})], **given)
    assert sequence.shape == (1, 81, 8)
    torch.testing.assert_close(sequence[:, 77:], network(seen.last_hidden_state))
    with pytest.raises(ValueError, match="another kind of model"):
        apply_style_model(ctx, conditioning=[(torch.zeros(1, 77, 16), {})], **given)
