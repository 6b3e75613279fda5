"""Every node's help says whose idea it is, and every number whose meaning is not plain has a sentence of its own."""

import json
import re
from pathlib import Path

CATALOGUE = json.loads((Path(__file__).resolve().parents[2] / "nodes" / "catalogue.json").read_text(encoding="utf-8"))
# An author's or a program's name with a year, a standard, or the library that an algorithm is known from.
SOURCE = re.compile(r"\b(19|20)\d\d\b|k-diffusion|ITU-T")
# Where nodes arrange, cut, read and write, and nobody's paper is implemented.
PLAIN = {
    *("control", "mask", "image", "image/size", "image/batch", "image/join", "image/filter", "image/compare"),
    *("latent/file", "latent/size", "latent/batch", "latent/join"),
}
WITHOUT_A_PAPER = {
    "CLIPEmbedBatch": "joins rows",
    "EmptyLatentImage": "zeros of a size",
    "NoConditioning": "nothing",
    "PixelDecode": "a change of range",
    "PixelEncode": "a change of range",
    "PromptsFromFile": "reads a file",
}
PLAIN_NUMBERS = {
    *("width", "height", "x", "y", "left", "right", "top", "bottom", "gap", "columns"),
    *("steps", "count", "rounds", "index", "start", "step", "batch_size", "batch_index", "length", "amount"),
    *("color", "colors", "blur_radius", "sharpen_radius", "scale_by", "megapixels", "value"),
}
# `sigma` is plain where it is a blur's width, and `multiplier` where it multiplies.
PLAIN_HERE = {("ImageBlur", "sigma"), ("ImageSharpen", "sigma"), ("LatentMultiply", "multiplier")}


def test_every_node_that_implements_something_published_says_what():
    silent = {
        node["id"] for node in CATALOGUE if node["category"] not in PLAIN and not SOURCE.search(node["description"])
    }
    assert silent == set(WITHOUT_A_PAPER)


def test_every_number_whose_meaning_is_not_plain_is_explained():
    unexplained = {
        (node["id"], item["name"])
        for node in CATALOGUE
        for item in node["inputs"]
        if item["widget"] is not None
        and item["widget"]["kind"] in ("integer", "number")
        and not item["widget"].get("seed")
        and not item["tooltip"]
        and item["name"] not in PLAIN_NUMBERS
    }
    assert unexplained == PLAIN_HERE


def test_help_begins_with_a_sentence_that_fits_a_palette():
    long = {node["id"]: len(node["description"].splitlines()[0]) for node in CATALOGUE}
    assert {name: count for name, count in long.items() if count > 125} == {}


def test_help_ends_like_a_sentence():
    assert [node["id"] for node in CATALOGUE if not node["description"].rstrip().endswith((".", ")"))] == []
