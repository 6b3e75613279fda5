"""The page calls every kind of model file by a name in the reader's language; the English is the kinds' own."""

import json
from pathlib import Path

from diffusion.checkpoints.opening.table import KINDS

CHINESE = Path(__file__).parents[3] / "web" / "client" / "src" / "i18n" / "zh-CN" / "kinds.json"


def test_every_kind_of_model_file_has_a_name_in_chinese():
    names = json.loads(CHINESE.read_text(encoding="utf-8"))
    assert sorted(names) == sorted(kind.name for kind in KINDS)
