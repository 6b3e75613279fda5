"""Page 6: a bigger text encoder against a bigger U-Net, at equal cost.

`python -m training.evidence encoder-or-unet`
"""

from pathlib import Path

from training.evidence.page import put, save_grid
from training.evidence.painters_table import costs, errors, graded, hearing, numbered, pictured
from training.evidence.scenes import held_out
from training.evidence.small_painters import BY_T5, SHALLOW, SHALLOW_WIDE, trained
from training.state import default_state_dir

NAME = "encoder-or-unet"
PAGE = "06-encoder-or-unet.md"


def run(folder: Path, *, count: int, seed: int) -> None:
    """Train the three painters where their states are missing, paint, measure, and write the page."""
    painters = [trained(arm, default_state_dir(), seed=seed) for arm in (SHALLOW, SHALLOW_WIDE, BY_T5)]
    asked = held_out(count, seed)
    table, shown = graded(painters, asked, seed)
    put(folder / PAGE, "costs", costs(painters))
    put(folder / PAGE, "grades", table)
    put(folder / PAGE, "errors", errors(painters, seed))
    put(folder / PAGE, "hearing", hearing(painters, seed))
    put(folder / PAGE, "captions", numbered(asked.captions))
    save_grid(pictured(shown), folder / "06-encoder-or-unet.png")
