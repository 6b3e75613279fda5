"""Paint prompts with a checkpoint, through the code that people run, and grade the pictures.

`python -m training.grade --system sd --held-out 300 --out DIR` prints a table with 95 % intervals.
"""

import argparse
import json
import time
from dataclasses import asdict
from pathlib import Path

import torch
from PIL import Image

from diffusion.checkpoints.load import open_model
from diffusion.checkpoints.materialise import materialise
from diffusion.checkpoints.opened import OpenedModel
from diffusion.conditioning import Conditioning
from diffusion.denoiser import NetworkDenoiser
from diffusion.families.table import FAMILIES
from diffusion.guidance.cfg import ClassifierFreeGuidance
from diffusion.image.pixels import from_autoencoder, to_pillow
from diffusion.processes.table import process_for
from diffusion.sample import RunSettings, sample, seeds_for
from diffusion.text.clip import encode_prompts
from diffusion.text.tokenizer import ClipTokenizer
from diffusion.text.tokenizer_files import open_tokenizer
from training.grader.grading import Grade, grade, table
from training.world.captions import parse_caption, plain_caption
from training.world.pool import draw_scenes

STARTERS = {"sd": Path("models/checkpoints/starter-sd.safetensors")}
BATCH = 12


class Painter:
    """A checkpoint in memory, ready to paint prompts of its own size."""

    def __init__(self, opened: OpenedModel, settings: RunSettings, guidance: float) -> None:
        if opened.denoiser is None or opened.record is None or opened.autoencoder is None or not opened.text:
            raise ValueError(f"{opened.path} holds {opened.detection.title}, which is not a whole model.")
        tokenizer = open_tokenizer(opened.text[0], opened.path)
        if not isinstance(tokenizer, ClipTokenizer):
            raise ValueError(
                f"{opened.path} reads its prompts with {opened.text[0].kind}; only CLIP's models are graded."
            )
        self.record = opened.record
        self.tokenizer = tokenizer
        self.settings = settings
        self.guidance = guidance
        self.process = process_for(opened.record)
        self.unet = materialise(opened.denoiser)
        self.autoencoder = materialise(opened.autoencoder.weighted)
        self.text = materialise(opened.text[0].weighted)

    @torch.inference_mode()
    def paint(self, prompts: list[str], seed: int) -> list[Image.Image]:
        """Paint one picture for each prompt; the picture of prompt i starts from the noise of seed + i."""
        record, tokenizer = self.record, self.tokenizer
        asked = Conditioning(encode_prompts(self.text, tokenizer, prompts).sequence)
        empty = Conditioning(encode_prompts(self.text, tokenizer, [""]).sequence)
        network = NetworkDenoiser(self.unet, FAMILIES[record.family], self.process)
        denoiser = ClassifierFreeGuidance(network, asked, empty, self.guidance)
        width, height = (side // record.latent.factor for side in record.resolution)
        start = torch.zeros(len(prompts), record.latent.channels, height, width)
        latent = sample(denoiser, start, self.process, self.settings, seeds=seeds_for(seed, len(prompts)))
        pictures = from_autoencoder(self.autoencoder.decode(record.latent.out_of_denoiser(latent)))
        return [to_pillow(picture) for picture in pictures]


def held_out_prompts(count: int, seed: int) -> list[str]:
    """Captions of held-out scenes, plainly worded."""
    return [plain_caption(scene.description) for scene in draw_scenes(count, seed, held_out=True)]


def run(painter: Painter, prompts: list[str], out: Path, *, seed: int) -> list[Grade]:
    """Paint and grade prompts; pictures and `grades.json` go to a folder."""
    out.mkdir(parents=True, exist_ok=True)
    grades: list[Grade] = []
    for start in range(0, len(prompts), BATCH):
        batch = prompts[start : start + BATCH]
        for offset, picture in enumerate(painter.paint(batch, seed + start)):
            picture.save(out / f"{start + offset:04d}.png")
            grades.append(grade(picture, parse_caption(batch[offset])))
    answers = [{"prompt": prompt} | asdict(one) for prompt, one in zip(prompts, grades, strict=True)]
    (out / "grades.json").write_text(json.dumps(answers, indent=1))
    return grades


def main() -> None:
    """Read the command line, paint, grade, and print the table."""
    parser = argparse.ArgumentParser(prog="python -m training.grade", description=__doc__)
    parser.add_argument("--system", choices=sorted(STARTERS), default="sd")
    parser.add_argument("--checkpoint", type=Path, help="grade this file instead of the shipped one")
    source = parser.add_mutually_exclusive_group()
    source.add_argument("--prompts", type=Path, help="a file with one prompt of the world's grammar a line")
    source.add_argument("--held-out", type=int, default=300, help="how many held-out prompts (default: 300)")
    parser.add_argument("--out", type=Path, required=True, help="folder for pictures and grades.json")
    parser.add_argument("--sampler", default="euler")
    parser.add_argument("--steps", type=int, default=20)
    parser.add_argument("--cfg", type=float, default=4.0)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    prompts = held_out_prompts(given.held_out, 1000 + given.seed)
    if given.prompts is not None:
        prompts = [line.strip() for line in given.prompts.read_text().splitlines() if line.strip()]
    settings = RunSettings(sampler=given.sampler, steps=given.steps)
    painter = Painter(open_model(given.checkpoint or STARTERS[given.system]), settings, given.cfg)
    began = time.monotonic()
    grades = run(painter, prompts, given.out, seed=given.seed)
    seconds = time.monotonic() - began
    print(f"{len(prompts)} pictures, {given.sampler} {given.steps} steps, guidance {given.cfg}")
    print(table(grades))
    print(f"{seconds / max(1, len(prompts)):.2f} s a picture, in batches of {BATCH}")


if __name__ == "__main__":
    main()
