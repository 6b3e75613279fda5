"""Headers of safetensors files, honest and hostile."""

import json
import subprocess
import sys

import pytest
import torch
from safetensors.torch import save_file

from diffusion.checkpoints.errors import CheckpointError
from diffusion.checkpoints.header import MAX_HEADER_BYTES, MAX_TENSORS, read_header


def entry(start=0, end=4, dtype="F32", shape=(1,)):
    return {"dtype": dtype, "shape": list(shape), "data_offsets": [start, end]}


def write(tmp_path, header, body=b"\0" * 4, length=None):
    raw = header if isinstance(header, bytes) else json.dumps(header).encode()
    return write_raw(tmp_path, (len(raw) if length is None else length).to_bytes(8, "little") + raw + body)


def write_raw(tmp_path, data):
    path = tmp_path / "model.safetensors"
    path.write_bytes(data)
    return path


def test_a_file_of_the_library_is_read_as_the_library_wrote_it(tmp_path):
    path = tmp_path / "model.safetensors"
    tensors = {"a": torch.zeros(2, 3), "b": torch.zeros(5, dtype=torch.bfloat16), "c": torch.zeros(0, 4)}
    save_file(tensors, path, metadata={"modelspec.architecture": "sd1"})
    header = read_header(path)
    assert {name: found.shape for name, found in header.tensors.items()} == {"a": (2, 3), "b": (5,), "c": (0, 4)}
    assert header.metadata == {"modelspec.architecture": "sd1"}


HOSTILE = {
    "empty file": lambda tmp: write_raw(tmp, b""),
    "length zero": lambda tmp: write(tmp, b"", length=0),
    "length 2^64-1": lambda tmp: write(tmp, {"a": entry()}, length=2**64 - 1),
    "length beyond the file": lambda tmp: write(tmp, {"a": entry()}, length=10_000),
    "leading space": lambda tmp: write(tmp, b" " + json.dumps({"a": entry()}).encode()),
    "not JSON": lambda tmp: write(tmp, b"{oops"),
    "not UTF-8": lambda tmp: write(tmp, b'{"\xff": 1}'),
    "deep JSON": lambda tmp: write(tmp, b'{"a":' * 100_000),
    "number of 5000 digits": lambda tmp: write(tmp, b'{"a":' + b"9" * 5000 + b"}"),
    "NaN": lambda tmp: write(tmp, b'{"a":NaN}'),
    "duplicate name": lambda tmp: write(tmp, b'{"a":%s,"a":%s}' % ((json.dumps(entry()).encode(),) * 2)),
    "overlap": lambda tmp: write(tmp, {"a": entry(), "b": entry()}),
    "hole": lambda tmp: write(tmp, {"a": entry(4, 8)}, b"\0" * 8),
    "trailing bytes": lambda tmp: write(tmp, {"a": entry()}, b"\0" * 5),
    "cut short": lambda tmp: write(tmp, {"a": entry()}, b"\0" * 3),
    "shape that does not fit": lambda tmp: write(tmp, {"a": entry(shape=(2,))}),
    "shape that overflows": lambda tmp: write(tmp, {"a": entry(shape=(2**32, 2**32))}),
    "negative size": lambda tmp: write(tmp, {"a": entry(shape=(-1,))}),
    "negative offset": lambda tmp: write(tmp, {"a": entry(-4, 0)}),
    "truth value for a size": lambda tmp: write(tmp, {"a": entry(shape=(True,))}),
    "unknown type": lambda tmp: write(tmp, {"a": entry(dtype="F12")}),
    "more keys": lambda tmp: write(tmp, {"a": entry() | {"x": 1}}),
    "metadata that is no table of texts": lambda tmp: write(tmp, {"__metadata__": {"a": 1}, "a": entry()}),
}


@pytest.mark.parametrize("case", HOSTILE)
def test_a_hostile_header_is_refused_with_the_file_named(tmp_path, case):
    path = HOSTILE[case](tmp_path)
    with pytest.raises(CheckpointError, match=r"model\.safetensors"):
        read_header(path)


def test_too_many_tensors_are_refused(tmp_path):
    header = {str(number): entry(0, 0, shape=(0,)) for number in range(MAX_TENSORS + 1)}
    with pytest.raises(CheckpointError, match="more than 65536"):
        read_header(write(tmp_path, header, b""))


def test_a_header_of_more_than_32_mebibytes_is_refused_unread(tmp_path):
    path = write(tmp_path, {}, length=MAX_HEADER_BYTES + 1)
    with path.open("r+b") as file:
        file.truncate(MAX_HEADER_BYTES + 100)
    with pytest.raises(CheckpointError, match="more than 33554432"):
        read_header(path)


def test_headers_are_read_without_torch():
    code = "import sys, diffusion.checkpoints.header, diffusion.checkpoints.container\n"
    code += "assert 'torch' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
