"""ComfyUI's messages from our events."""

from collections.abc import Mapping
from typing import Any

import pytest

from compat.comfyui.server.messages import Translator, plain_output, result_frame, shows_previews
from web.server.events.record import EventRecord


class Clock:
    """A clock that is moved by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def told(events: list[Mapping[str, Any]], owner: str | None = "me", step: float = 1.0) -> list[tuple[str, Any]]:
    clock = Clock()
    translator = Translator("me", lambda job, node: f"class of {node}", clock)
    messages: list[tuple[str, Any]] = []
    for seq, event in enumerate(events):
        clock.now += step
        messages += translator.translate(EventRecord(seq, "job", 1.5, event), owner)
    return messages


STARTED = {"type": "job.started", "nodes": ["1", "2"]}
PLAIN: list[Mapping[str, Any]] = [
    {"type": "job.queued", "number": 1},
    STARTED,
    {"type": "node.started", "node": "1"},
    {"type": "node.finished", "node": "1", "ui": {}},
    {"type": "node.started", "node": "2"},
    {"type": "node.progress", "node": "2", "value": 3, "total": 4},
    {"type": "node.finished", "node": "2", "ui": {"images": [{"filename": "a.png", "type": "temp", "url": "/x"}]}},
    {"type": "job.finished", "outcome": "succeeded", "problems": []},
]


def test_a_run_in_order() -> None:
    kinds = [kind for kind, _ in told(PLAIN) if kind != "progress_state"]
    assert kinds == [
        "execution_start",
        "execution_cached",
        "executing",
        "executing",
        "progress",
        "executed",
        "execution_success",
        "executing",
    ]


def test_pictures_have_comfyuis_three_fields_only() -> None:
    executed = next(data for kind, data in told(PLAIN) if kind == "executed")
    assert executed["output"] == {"images": [{"filename": "a.png", "type": "temp"}]}


def test_progress_state_is_sent_ten_times_a_second_at_most_and_at_the_end() -> None:
    steps = [{"type": "node.progress", "node": "2", "value": value, "total": 1000} for value in range(1000)]
    messages = told([STARTED, {"type": "node.started", "node": "2"}, *steps, PLAIN[-1]], step=0.001)
    assert 10 <= sum(kind == "progress_state" for kind, _ in messages) <= 13
    assert [kind for kind, _ in messages][-3:] == ["progress_state", "execution_success", "executing"]


def test_the_state_of_a_large_job_is_told_at_linear_cost() -> None:
    def named(count: int) -> int:
        """Nodes that all statements name, of a job of so many that ends one every millisecond."""
        ended = [{"type": "node.finished", "node": str(index), "ui": {}} for index in range(count)]
        messages = told([STARTED, *ended, PLAIN[-1]], step=0.001)
        return sum(len(data["nodes"]) for kind, data in messages if kind == "progress_state")

    assert named(5000) / 5000 < 15
    assert named(20_000) / 20_000 < 15


def test_an_error_names_the_node_its_class_and_what_had_run() -> None:
    problem = {"code": "node.raised", "message": "No paint.", "node": "2", "params": {"exception": "ValueError"}}
    messages = told(
        [
            STARTED,
            {"type": "node.finished", "node": "1", "ui": {}},
            {"type": "node.failed", "node": "2", "problem": problem, "details": "a\nb\n"},
            {"type": "job.finished", "outcome": "failed", "problems": [problem]},
        ]
    )
    error = next(data for kind, data in messages if kind == "execution_error")
    assert (error["node_id"], error["node_type"], error["executed"]) == ("2", "class of 2", ["1"])
    assert (error["exception_message"], error["exception_type"]) == ("No paint.", "ValueError")
    assert error["traceback"] == ["a\n", "b\n"] and messages[-1][1]["node"] is None


def test_others_hear_nothing_but_an_interruption() -> None:
    assert told(PLAIN, owner="someone") == []
    stopped = told([STARTED, {"type": "job.finished", "outcome": "cancelled", "problems": []}], owner="someone")
    assert [kind for kind, _ in stopped] == ["execution_interrupted"]


def test_a_job_without_owner_tells_everyone_its_progress() -> None:
    assert {kind for kind, _ in told(PLAIN, owner=None)} == {"progress", "progress_state"}


@pytest.mark.parametrize(
    "method,reads_metadata,sent",
    [
        (None, False, False),
        (None, True, True),
        ("none", True, False),
        ("auto", False, True),
        ("latent2rgb", False, True),
        ("taesd", True, True),
    ],
)
def test_previews_are_sent_where_they_are_asked_for_or_cannot_be_mistaken(
    method: str | None, reads_metadata: bool, sent: bool
) -> None:
    assert shows_previews(method, reads_metadata=reads_metadata) is sent


def test_pictures_for_the_socket_come_before_the_next_node_and_are_no_output() -> None:
    ui = {"images": [{"filename": "a.png", "type": "temp", "subfolder": ""}], "over_socket": [True]}
    done = {"type": "node.finished", "node": "1", "ui": ui}
    sent = [done if item.get("node") == "1" and "ui" in item else item for item in PLAIN]
    kinds = [kind for kind, _ in told(sent) if kind != "progress_state"]
    assert kinds[:5] == ["execution_start", "execution_cached", "executing", "pictures", "executing"]
    assert plain_output(ui) == {} and result_frame(b"x") == b"\0\0\0\1\0\0\0\2x"
