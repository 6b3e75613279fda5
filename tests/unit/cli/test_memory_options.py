import argparse

import pytest

from cli.memory_options import memory_settings, size
from cli.options import serve_parser
from cli.run import run_parser


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2GB", 2 * 10**9),
        ("700 MB", 700 * 10**6),
        ("1.5GiB", 3 * 2**29),
        ("3g", 3 * 10**9),
        ("2097152", 2**21),
    ],
)
def test_a_size_is_read_as_people_write_it(text: str, expected: int):
    assert size(text) == expected


@pytest.mark.parametrize("text", ["", "many", "2XB", "-1GB", "2"])
def test_what_is_no_size_is_refused(text: str):
    with pytest.raises(argparse.ArgumentTypeError):
        size(text)


def test_the_worker_is_told_the_budget_and_how_long_models_may_idle():
    told = memory_settings(serve_parser().parse_args(["--device-memory", "2GB", "--idle-unload", "5"]))
    assert told == {"memory_budget": 2 * 10**9, "memory_reserve": None, "residency": "full", "idle_unload": 300.0}


@pytest.mark.parametrize(
    ("flag", "name", "expected"),
    [
        (["--reserve-vram", "1.5"], "memory_reserve", 3 * 2**29),
        (["--lowvram"], "residency", "partial"),
        (["--novram"], "residency", "streamed"),
        (["--normalvram"], "residency", "full"),
        (["--highvram"], "idle_unload", 0.0),
        (["--gpu-only"], "idle_unload", 0.0),
        ([], "idle_unload", 900.0),
    ],
)
def test_flags_of_comfyui_mean_here_what_they_mean_there(flag: list[str], name: str, expected: object):
    assert memory_settings(serve_parser().parse_args(flag))[name] == expected


def test_a_budget_and_a_reserve_exclude_each_other(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        serve_parser().parse_args(["--device-memory", "2GB", "--reserve-memory", "1GB"])
    assert "not allowed with" in capsys.readouterr().err


def test_the_command_line_takes_the_same_budget():
    assert run_parser().parse_args(["a.json", "--device-memory", "2GB"]).device_memory == 2 * 10**9
