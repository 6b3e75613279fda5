"""Token states of captions, made once with the frozen text encoder."""

import random
from pathlib import Path

import torch
from torch import Tensor
from transformers import CLIPTextModel

from training.parallel import Team
from training.stages import text_encoder
from training.stages.text_encoder import TextTraining
from training.stages.text_model import token_states
from training.state import load_state, save_state
from training.tokenizer import Vocabulary, build_tokenizer, encode
from training.world.captions import draw_caption
from training.world.pool import draw_scenes

STATE = "captions.pt"


def finished_text_encoder(state_dir: Path, vocabulary: Vocabulary) -> CLIPTextModel:
    """The trained text encoder alone."""
    model = TextTraining(vocabulary)
    model.load_state_dict(load_state(state_dir / text_encoder.STATE)["model"])
    return model.text.eval()


@torch.no_grad()
def encode_captions(model: CLIPTextModel, vocabulary: Vocabulary, captions: list[str]) -> Tensor:
    """Token states [N, 77, width] in half precision."""
    tokenizer = build_tokenizer(vocabulary)
    parts: list[Tensor] = []
    for start in range(0, len(captions), 64):
        ids = torch.tensor([encode(tokenizer, caption) for caption in captions[start : start + 64]])
        with torch.autocast("cpu", torch.bfloat16):
            states = token_states(model, ids)
        parts.append(states.half())
    return torch.cat(parts)


def make_caption_states(
    state_dir: Path, model: CLIPTextModel, vocabulary: Vocabulary, team: Team, *, count: int, seed: int, wordings: int
) -> None:
    """Encode several wordings of each of the first `count` training scenes, each process a part of the wordings."""
    if not (state_dir / STATE).is_file():
        scenes = draw_scenes(count, seed, held_out=False)
        for wording in range(team.rank, wordings, team.size):
            rng = random.Random(f"wording {seed} {wording}")
            captions = [draw_caption(scene.description, rng) for scene in scenes]
            states = encode_captions(model, vocabulary, captions)
            save_state(state_dir / f"captions-{wording}.pt", {"states": states})
        team.wait()
        if team.leads:
            pieces = [load_state(state_dir / f"captions-{wording}.pt")["states"] for wording in range(wordings)]
            save_state(state_dir / STATE, {"states": torch.stack(pieces, dim=1)})
    team.wait()


def read_caption_states(state_dir: Path) -> Tensor:
    """Token states [N, wordings, 77, width] of the first N training scenes."""
    return load_state(state_dir / STATE)["states"]
