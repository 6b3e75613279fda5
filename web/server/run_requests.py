"""From a job on disk to a request for the executor: its graph, checked, and what its pictures will carry."""

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import Any

from graph_engine.document.graph import Graph
from graph_engine.files.folders import Folders
from graph_engine.jobs.job import Job, JobContent
from graph_engine.run.executor import RunRequest
from graph_engine.spec.node import Catalogue
from graph_engine.validate.check import check_graph
from graph_engine.validate.problem import Problem, ProblemError
from graph_engine.validate.validate import Validation
from web.server.node_types import UNKNOWN_TYPE, NodeTypes

log = logging.getLogger(__name__)

CanvasExport = Callable[[Mapping[str, Any], Catalogue], Mapping[str, Any]]
"""Makes ComfyUI's canvas form of our document, to be embedded into pictures."""

REMEMBERED = 256


class RunRequests:
    """Makes requests; keeps the graphs of the last submits, so that they need not be read and checked again."""

    def __init__(self, node_types: NodeTypes, folders: Folders, canvas: CanvasExport | None = None) -> None:
        self._node_types = node_types
        self._folders = folders
        self._canvas = canvas
        self._checked: OrderedDict[str, Graph] = OrderedDict()

    def remember(self, job_id: str, graph: Graph) -> None:
        """Keep a checked graph until its turn comes."""
        self._checked[job_id] = graph
        while len(self._checked) > REMEMBERED:
            self._checked.popitem(last=False)

    def forget(self, job_id: str) -> None:
        """The job will not run."""
        self._checked.pop(job_id, None)

    async def make(self, job: Job, content: JobContent) -> RunRequest:
        """The request for a job. Raises ProblemError when nothing of its graph can run any more."""
        graph = self._checked.pop(job.id, None)
        if graph is None:
            found = await self._check(content)
            if any(item.code == UNKNOWN_TYPE for item in found.errors) and await self._node_types.settled():
                found = await self._check(content)
            if not found.runnable:
                raise ProblemError(found.errors or (Problem(code="graph.empty", message="Nothing is left to run."),))
            graph = found.graph
        return RunRequest(job_id=job.id, graph=graph, targets=content.targets, metadata=self._metadata(content))

    async def _check(self, content: JobContent) -> Validation:
        catalogue, targets = self._node_types.catalogue, content.targets
        return await asyncio.to_thread(check_graph, content.graph, catalogue, targets=targets, files=self._folders)

    def _metadata(self, content: JobContent) -> dict[str, Any]:
        metadata: dict[str, Any] = {"prompt": content.graph}
        pnginfo = content.extra.get("extra_pnginfo")
        if isinstance(pnginfo, Mapping):
            metadata |= {name: value for name, value in pnginfo.items() if name != "prompt"}
        if content.workflow is not None:
            metadata["noiseloom"] = content.workflow
            if self._canvas is not None and "workflow" not in metadata:
                try:
                    metadata["workflow"] = self._canvas(content.workflow, self._node_types.catalogue)
                except Exception:
                    # A picture without ComfyUI's form of the workflow is better than no picture.
                    log.exception("The canvas form of job content could not be made")
        return metadata
