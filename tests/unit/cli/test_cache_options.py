"""``--cache`` and its kin, from the command line to the worker."""

from collections.abc import Callable
from pathlib import Path

import pytest

from cli.compose import worker_settings
from cli.options import serve_parser
from graph_engine.cache.policy import BY_BUDGET, KEEP_CURRENT, KEEP_NOTHING, CachePolicy, policy_from_text
from graph_engine.files.folders import Folders
from graph_engine.run.worker_settings import WorkerSettings


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., WorkerSettings]:
    """What a worker understands of these options: they pass through the message that starts it."""

    def settings(*options: str) -> WorkerSettings:
        parsed = serve_parser().parse_args(list(options))
        return WorkerSettings.from_start_message(worker_settings(parsed, Folders(tmp_path)).start_message())

    return settings


@pytest.mark.parametrize(
    ("options", "policy"),
    [
        ([], BY_BUDGET),
        (["--cache", "budget:2GB"], CachePolicy(budget_bytes=2 * 10**9)),
        (["--cache", "lru:200"], CachePolicy(most=200)),
        (["--cache", "keep-current"], KEEP_CURRENT),
        (["--cache", "none"], KEEP_NOTHING),
        (["--cache-classic"], KEEP_CURRENT),
        (["--cache-lru", "7"], CachePolicy(most=7)),
        (["--cache-lru", "0"], BY_BUDGET),
        (["--cache-none"], KEEP_NOTHING),
    ],
)
def test_the_worker_keeps_what_the_command_line_says(
    told: Callable[..., WorkerSettings], options: list[str], policy: CachePolicy
):
    assert policy_from_text(told(*options).cache) == policy


def test_the_worker_keeps_results_on_disk_when_asked_to_and_not_otherwise(told: Callable[..., WorkerSettings]):
    assert told("--cache-disk", "5GB").disk_cache == 5 * 10**9
    assert told().disk_cache == 0


@pytest.mark.parametrize(
    "options",
    [["--cache", "lots"], ["--cache", "lru:0"], ["--cache-disk", "much"], ["--cache-none", "--cache-classic"]],
)
def test_what_is_no_way_to_cache_is_refused(options: list[str], capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit):
        serve_parser().parse_args(options)
    assert "--cache" in capsys.readouterr().err
