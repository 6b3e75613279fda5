"""``python main.py run FILE``: run a workflow here, without server and browser."""

import argparse
import json
import os
import signal
import sys
import uuid
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from cli.memory_options import add_memory_options
from cli.options import ROOT
from cli.overrides import Override, OverrideError, apply_overrides, apply_overrides_to_prompt
from cli.run_report import JsonReport, ProgressReport, Report
from cli.workflow_file import WorkflowFileError, read_workflow_file
from compat.comfyui.canvas.exporting import document_to_canvas
from compat.comfyui.canvas.importing import canvas_to_document
from compat.comfyui.canvas.reading import is_canvas
from graph_engine.document.run_form import graph_to_json
from graph_engine.document.workflow import is_workflow
from graph_engine.files.folders import Folders
from graph_engine.run.cancellation import CancelToken
from graph_engine.run.executor import RunRequest
from graph_engine.spec.json import catalogue_from_json
from graph_engine.spec.node import Catalogue
from graph_engine.validate.check import check_graph, check_workflow
from graph_engine.validate.problem import Problem
from graph_engine.validate.validate import Validation

OK, FAILED, REFUSED, INTERRUPTED = 0, 1, 2, 130


def run_parser() -> argparse.ArgumentParser:
    """The parser of ``python main.py run …``."""
    parser = argparse.ArgumentParser(
        prog="python main.py run", description="Run a workflow here and write its pictures."
    )
    parser.add_argument(
        "workflow",
        type=Path,
        help="a workflow: JSON of this page or of ComfyUI, run form, or a picture that carries one",
    )
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NODE.INPUT=VALUE",
        help="change a value first; NODE is an id or a unique title; may be repeated",
    )
    parser.add_argument("--out", type=Path, default=ROOT / "data" / "output", metavar="DIR", help="where pictures go")
    parser.add_argument("--json", action="store_true", help="one JSON object a line on standard output")
    parser.add_argument(
        "--data-dir", type=Path, default=ROOT / "data", metavar="DIR", help="inputs and temporary files"
    )
    parser.add_argument(
        "--models-dir", type=Path, action="append", default=[], metavar="DIR", help="a further models folder"
    )
    parser.add_argument("--device", default="auto", metavar="NAME", help="auto (default), cpu, cuda, mps")
    add_memory_options(parser)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a workflow file. Exit codes: 0 done, 1 failed, 2 refused before it began, 130 stopped."""
    options = run_parser().parse_args(arguments)
    report: Report = JsonReport(sys.stdout) if options.json else ProgressReport(sys.stderr, sys.stdout)
    folders = Folders(
        options.data_dir.resolve(),
        (ROOT / "models", *(path.resolve() for path in options.models_dir)),
        output_folder=options.out.resolve(),
    )
    try:
        overrides = [Override.parse(text) for text in options.set]
        catalogue = shipped_catalogue()
        stated = read_workflow_file(options.workflow)
        if is_canvas(stated):
            stated, notes = canvas_to_document(stated, folders.with_choices(catalogue), options.workflow.stem)
            report.told(notes)
        stated, checked = _checked(stated, overrides, catalogue, folders)
    except (OverrideError, WorkflowFileError) as error:
        report.refused([Problem(code="command.refused", message=str(error))])
        return REFUSED
    if checked.errors:
        report.refused(checked.errors)
        return REFUSED
    try:
        folders.create()
    except OSError as error:
        report.refused([Problem(code="folder.unusable", message=f"Cannot use {error.filename}: {error.strerror}.")])
        return REFUSED
    request = RunRequest(
        job_id=str(uuid.uuid4()),
        graph=checked.graph,
        metadata=_metadata(stated, checked, folders.with_choices(catalogue)),
    )
    return _evaluate(request, folders, options, report)


def shipped_catalogue() -> Catalogue:
    """The built-in nodes from their file: known without importing torch, so that mistakes are told at once."""
    return catalogue_from_json(json.loads((ROOT / "nodes" / "catalogue.json").read_text(encoding="utf-8")))


def _checked(
    stated: dict[str, Any], overrides: Sequence[Override], catalogue: Catalogue, folders: Folders
) -> tuple[dict[str, Any], Validation]:
    change: Callable[..., dict[str, Any]] = apply_overrides if is_workflow(stated) else apply_overrides_to_prompt
    check: Callable[..., Validation] = check_workflow if is_workflow(stated) else check_graph
    changed = change(stated, overrides, catalogue)
    return changed, check(changed, catalogue, files=folders)


def _metadata(stated: dict[str, Any], checked: Validation, catalogue: Catalogue) -> dict[str, Any]:
    metadata: dict[str, Any] = {"prompt": graph_to_json(checked.graph)}
    if is_workflow(stated):
        metadata |= {"noiseloom": stated, "workflow": document_to_canvas(stated, catalogue)}
    return metadata


def _evaluate(request: RunRequest, folders: Folders, options: argparse.Namespace, report: Report) -> int:
    # Idle threads of numeric libraries would spin, and come almost to a stand where others want the cores.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    # Torch and the networks take seconds to import: only now is it certain that they are needed.
    from graph_engine.memory.torch_backend import device_memory
    from graph_engine.run.build import build_surroundings
    from graph_engine.run.in_process import InProcessRunner
    from nodes.registry import build

    token = CancelToken()
    signal.signal(signal.SIGINT, lambda number, frame: token.cancel())
    memory = device_memory(
        options.device, options.device_memory, reserve=options.reserve_memory, most=options.residency
    )
    runner = InProcessRunner(build_surroundings(build(), folders, memory))
    report.begin(request.graph)
    outcome = runner.run(request, lambda event: report.tell(event, folders), token)
    report.end()
    return {"succeeded": OK, "cancelled": INTERRUPTED}.get(outcome, FAILED)
