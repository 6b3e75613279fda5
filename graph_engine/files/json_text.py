"""JSON that lies in a file, from anywhere: whatever is wrong with it, there is one way to fail, and what is read can be
written again."""

import json
import re
from typing import Any

_HALF = re.compile(r"\\u[dD][89a-fA-F]")


def read_json(text: str | bytes) -> Any:
    """The value that ``text`` states. Half a character (a lone surrogate) becomes ``?``.

    Raises ValueError: it is no JSON, is no UTF-8, or is nested too deep to be read.
    """
    if isinstance(text, bytes):
        text = text.decode()
    try:
        value = json.loads(text)
        if _HALF.search(text):
            value = json.loads(json.dumps(value, ensure_ascii=False).encode("utf-8", "replace"))
    except RecursionError:
        raise ValueError("it is nested too deep") from None
    return value
