"""Karlo in diffusers' layout: what its folder calls the parts of the decoder and of the upsampler."""

from collections.abc import Iterable

from diffusion.checkpoints.keys.diffusers_adm import map_diffusers_adm_keys
from diffusion.checkpoints.keys.diffusers_unet import translated
from diffusion.checkpoints.keys.reading import under

DECODER, TEXT, FIRST, LAST = "decoder.", "text_proj.", "super_res_first.", "super_res_last."

_TEXT = {
    "learned_classifier_free_guidance_embeddings": "cf_param",
    "embedding_proj": "text_feat_proj",
    "clip_image_embeddings_project_to_time_embeddings": "clip_emb",
    "clip_extra_context_tokens_proj": "clip_tok_proj",
    "encoder_hidden_states_proj": "text_seq_proj.0",
    "text_encoder_hidden_states_norm": "text_seq_proj.1",
}


def map_diffusers_decoder_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `KarloDecoder` → name in a folder's files, their own names behind the folder's."""
    listed = list(names)
    unet, text = under(listed, DECODER), under(listed, TEXT)
    table = {ours: unet[theirs] for ours, theirs in map_diffusers_adm_keys(unet).items()}
    for theirs, name in text.items():
        ours = translated(theirs, _TEXT)
        if ours is not None:
            table[ours] = name
    return table


def map_diffusers_upsampler_keys(names: Iterable[str]) -> dict[str, str]:
    """Return name in `KarloUpsampler` → name in a folder's files, their own names behind the folder's."""
    listed = list(names)
    table: dict[str, str] = {}
    for prefix, ours in ((FIRST, "model_first_steps."), (LAST, "model_last_step.")):
        part = under(listed, prefix)
        table |= {ours + name: part[theirs] for name, theirs in map_diffusers_adm_keys(part).items()}
    return table
