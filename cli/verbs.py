"""The verbs of the command line. A verb's module is imported only when it is called."""

import importlib
import sys
from collections.abc import Sequence

VERBS = {
    "serve": ("cli.serve", "start the studio and open it in the browser (this is what no verb means)"),
    "run": ("cli.run", "run a workflow file here, without server and browser"),
    "inspect": ("cli.inspect", "tell what a model file or a diffusers folder holds"),
}
"""Verb → module with a function ``main(arguments) -> exit code``, and its help."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Hand over to a verb; answers the exit code."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words and words[0] in VERBS:
        verb = words.pop(0)
    elif words and not words[0].startswith("-"):
        print(f"There is no verb '{words[0]}'. There are:", file=sys.stderr)
        for name, (_, text) in VERBS.items():
            print(f"  {name:8} {text}", file=sys.stderr)
        return 2
    else:
        verb = "serve"
    return importlib.import_module(VERBS[verb][0]).main(words)
