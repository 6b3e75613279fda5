"""What shapes cannot tell: prediction type and distilled variants. Metadata first, then markers, then a heuristic."""

import re
from dataclasses import dataclass, replace

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.model_file import ModelFile
from diffusion.checkpoints.record import ModelRecord, Prediction

# The training step of Stable Diffusion 2's `512-base` file; every later one predicts velocity.
_BASE_STEP = 875_000
_NORM_BIAS = "output_blocks.11.1.transformer_blocks.0.norm1.bias"
_VELOCITY_DEVIATION = 0.09
_MAX_SIDECAR = 2**20


@dataclass(frozen=True)
class Decided:
    """A prediction type, the sentence that says why, and whether that is said somewhere or only likely."""

    prediction: Prediction
    why: str
    said: bool = True


def _sidecar(file: ModelFile) -> Decided | None:
    """Read `parameterization:` from a YAML file of the same name, as the first releases had beside them."""
    for suffix in (".yaml", ".yml"):
        path = file.path.with_suffix(suffix)
        if path.is_file() and path.stat().st_size <= _MAX_SIDECAR:
            text = path.read_text(encoding="utf-8", errors="replace")
            velocity = re.search(r"""^\s*parameterization\s*:\s*["']?v\b""", text, re.MULTILINE)
            return Decided("v" if velocity else "eps", f"{path.name} beside the file says so")
    return None


def _norm_bias(file: ModelFile, prefix: str) -> Decided | None:
    """Tell by one small tensor: where velocity was learned, a late norm's bias spreads wider.

    Measured on the published Stable Diffusion 2 files; merges keep the difference.
    """
    name = prefix + _NORM_BIAS
    if name not in file.shapes:
        return None
    try:
        deviation = file.store.read(name).float().std().item()
    except CheckpointError:
        return None
    wide = deviation > _VELOCITY_DEVIATION
    sentence = f"the deviation of {_NORM_BIAS} is {deviation:.3f}, {'above' if wide else 'not above'} 0.09"
    return Decided("v" if wide else "eps", sentence, said=False)


def decide_prediction(file: ModelFile, *, usual: Prediction, prefix: str = "", by_norm_bias: bool = False) -> Decided:
    """Decide what the network predicts.

    Args:
        file: the file.
        usual: the family's custom.
        prefix: what stands before the UNet's names.
        by_norm_bias: whether the family has both kinds (Stable Diffusion 2), so that weights are looked at.
    """
    if file.facts.prediction is not None:
        return Decided(file.facts.prediction, "the file's metadata says so")
    if "v_pred" in file.shapes:
        return Decided("v", "the marker v_pred is among the keys")
    beside = _sidecar(file)
    if beside is not None:
        return beside
    step = file.values.get("global_step")
    if by_norm_bias and isinstance(step, int) and step == _BASE_STEP:
        return Decided("eps", f"it was saved at training step {_BASE_STEP}, as the 512-base model was")
    measured = _norm_bias(file, prefix) if by_norm_bias else None
    return measured or Decided(usual, "that is the family's custom; the file says nothing", said=False)


@dataclass(frozen=True)
class _Distilled:
    words: tuple[str, ...]
    steps: int


_DISTILLED = (
    _Distilled(("turbo",), 4),
    _Distilled(("lightning",), 4),
    _Distilled(("hyper",), 8),
    _Distilled(("lcm",), 4),
)


def with_distillation(record: ModelRecord, file: ModelFile, decided: list[str]) -> ModelRecord:
    """Return the record with the few steps and no guidance of a distilled model, where the file's name says it is one.

    Its shapes are its teacher's; the title in the metadata and the file's name are all there is to tell by.
    """
    said = f"{file.path.stem} {file.metadata.get('modelspec.title', '')}".lower()
    for kind in _DISTILLED:
        word = next((word for word in kind.words if re.search(rf"(?<![a-z]){word}(?![a-z])", said)), None)
        if word is not None:
            decided.append(f"{kind.steps} steps without guidance: its name or title says {word}")
            return replace(record, guidance=1.0, steps=kind.steps, title=f"{record.title} ({word})")
    return record
