"""How prompts with image embeddings become what unCLIP's networks read."""

import pytest
import torch

from diffusion.checkpoints.record import PIXELS, LatentFormat, ModelRecord, NoiseFacts
from diffusion.conditioning import stackable
from diffusion.families.family import Frame, Prompt
from diffusion.families.image_embedding import augmented_vector, mixed_embedding
from diffusion.families.table import family_of

WIDTH, CPU = 8, torch.device("cpu")


def record(family, **facts):
    usual = {"latent": PIXELS, "embedding_width": WIDTH}
    return ModelRecord(family, "Model", "eps", NoiseFacts("cosine"), resolution=(64, 64), **(usual | facts))


def frame(family="sd_unclip", batch=1, channels=3, seed=3, mask=None, latent=None, **facts):
    shape = (batch, channels, 4, 4)
    return Frame(shape, CPU, torch.float32, record(family, **facts), seed=seed, mask=mask, latent=latent)


def prompt(*entries, **options):
    return Prompt(torch.zeros(1, 3, WIDTH), {"unclip_conditioning": list(entries), **options})


def entry(value, **rest):
    return {"image_embeds": torch.full((1, WIDTH), float(value)), **rest}


def test_a_prompt_without_an_embedding_has_zeros_for_its_vector():
    assert torch.equal(augmented_vector(prompt(), WIDTH, frame()), torch.zeros(1, 2 * WIDTH))


def test_without_noise_the_vector_is_nearly_the_embedding_and_the_level_zero():
    vector = augmented_vector(prompt(entry(2)), WIDTH, frame())
    torch.testing.assert_close(vector[:, :WIDTH], torch.full((1, WIDTH), 2.0), atol=0.05, rtol=0)
    torch.testing.assert_close(vector[0, WIDTH:], torch.tensor([1.0] * 4 + [0.0] * 4))


def test_noise_on_an_embedding_comes_from_the_seed_row_by_row():
    noisy = prompt(entry(2, noise_augmentation=0.5))
    both = augmented_vector(noisy, WIDTH, frame(batch=2, seed=3))
    torch.testing.assert_close(both[1:], augmented_vector(noisy, WIDTH, frame(seed=4)))
    assert not torch.allclose(both[0], both[1])


def test_strength_scales_the_vector_and_several_embeddings_add():
    one = augmented_vector(prompt(entry(1, strength=0.5)), WIDTH, frame())
    torch.testing.assert_close(one * 2, augmented_vector(prompt(entry(1)), WIDTH, frame()))
    two = augmented_vector(prompt(entry(1), entry(3)), WIDTH, frame())
    torch.testing.assert_close(two[:, :WIDTH], torch.full((1, WIDTH), 4.0), atol=0.1, rtol=0)


def test_several_embeddings_of_a_decoder_are_averaged_by_their_strengths():
    mixed = mixed_embedding(prompt(entry(1, strength=3.0), entry(5)), WIDTH, frame())
    torch.testing.assert_close(mixed, torch.full((1, WIDTH), 2.0))
    assert mixed_embedding(prompt(), WIDTH, frame()) is None
    with pytest.raises(ValueError, match="add up to 0"):
        mixed_embedding(prompt(entry(1, strength=1.0), entry(1, strength=-1.0)), WIDTH, frame())


def test_an_embedding_of_another_clip_is_refused_in_words():
    with pytest.raises(ValueError, match="8 wide, and this one is 5 wide"):
        mixed_embedding(prompt({"image_embeds": torch.zeros(1, 5)}), WIDTH, frame())


def test_a_vision_nodes_output_counts_as_an_embedding():
    seen = type("Seen", (), {"image_embeds": torch.ones(1, WIDTH)})()
    torch.testing.assert_close(
        mixed_embedding(prompt({"clip_vision_output": seen}), WIDTH, frame()), torch.ones(1, WIDTH)
    )


def test_a_share_of_noise_out_of_range_is_refused():
    with pytest.raises(ValueError, match="0 to 1"):
        augmented_vector(prompt(entry(1, noise_augmentation=1.5)), WIDTH, frame())


def test_karlos_prompts_with_and_without_an_embedding_go_through_one_pass():
    family, place = family_of("karlo"), frame("karlo")
    options = {"pooled_output": torch.zeros(1, WIDTH)}
    told = family.condition(prompt(entry(1), **options), place)
    untold = family.condition(prompt(**options), place)
    assert stackable(told, untold)
    assert told.extras["image_given"].all()
    assert not untold.extras["image_given"].any()


def test_karlo_asks_for_a_text_embedding():
    with pytest.raises(ValueError, match="text embedding"):
        family_of("karlo").condition(prompt(entry(1)), frame("karlo"))


def test_kandinskys_inpainting_reads_what_is_kept_and_where():
    latent = LatentFormat(channels=4, factor=8)
    picture = torch.full((1, 4, 4, 4), 2.0)
    mask = torch.zeros(1, 1, 4, 4)
    mask[..., :2] = 1
    grown = mask.clone()
    grown[..., 2] = 1
    place = Frame(
        (1, 4, 4, 4),
        CPU,
        torch.float32,
        record("kandinsky", latent=latent, joined="inpaint"),
        latent=picture,
        mask=mask,
    )
    joined = family_of("kandinsky").condition(prompt(entry(1)), place).extras["concat"]
    assert joined.shape == (1, 5, 4, 4)
    # 1 is kept there, and 1 is repainted with us; the hole is a cell larger.
    assert torch.equal(joined[:, 4:], 1 - grown)
    assert torch.equal(joined[:, :4], picture * (1 - grown))


def test_kandinsky_refuses_text_features_of_another_encoder():
    place = frame("kandinsky", context_width=1024)
    with pytest.raises(ValueError, match="multilingual text features 1024 wide"):
        family_of("kandinsky").condition(prompt(entry(1), pooled_output=torch.zeros(1, WIDTH)), place)


def test_lucidrains_decoder_hears_neither_text_nor_embedding_where_there_is_none():
    family, place = family_of("lucidrains"), frame("lucidrains", context_width=WIDTH)
    assert family.condition(prompt(), place).tensors == {}
    told = family.condition(prompt(entry(1), attention_mask=torch.ones(1, 3)), place)
    assert set(told.tensors) == {"context", "image", "mask"}


def test_a_hole_of_kandinskys_grows_as_in_diffusers():
    hole = torch.zeros(1, 1, 4, 4)
    hole[..., 1, 1] = 1
    place = Frame(
        (1, 4, 4, 4),
        CPU,
        torch.float32,
        record("kandinsky", latent=LatentFormat(channels=4, factor=8), joined="inpaint"),
        latent=torch.zeros(1, 4, 4, 4),
        mask=hole,
    )
    kept = family_of("kandinsky").condition(prompt(entry(1)), place).extras["concat"][:, 4:]
    # What `prepare_mask` of diffusers' KandinskyInpaintPipeline gives for it.
    expected = torch.tensor([[0, 0, 1, 1], [0, 0, 0, 1], [1, 0, 0, 1], [1, 1, 1, 1]])
    assert torch.equal(kept[0, 0].long(), expected)
