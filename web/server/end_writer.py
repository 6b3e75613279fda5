"""Writes down how a job ended, then tells: nobody hears of an end that is not on disk."""

import asyncio
import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import replace

from graph_engine.files.folders import Folders
from graph_engine.jobs.job import IllegalMove
from graph_engine.jobs.picture import NewPicture
from graph_engine.jobs.store import JobStore
from graph_engine.run.events import JobFinished, event_to_json
from graph_engine.validate.problem import Problem
from web.server.events.hub import EventHub
from web.server.persistence.failures import DatabaseAway, StorageFull
from web.server.run_record import RunRecord

log = logging.getLogger(__name__)

RETRY_SECONDS = 2.0


class EndWriter:
    """``webhook`` is an address that is told of every job's end, beside those that jobs name themselves.

    ``told`` is called after each end that somebody is to be told of, ``shown`` with the pictures of each job that has
    some.
    """

    def __init__(
        self,
        store: JobStore,
        hub: EventHub,
        folders: Folders,
        *,
        webhook: str | None = None,
        told: Callable[[], None] = lambda: None,
        shown: Callable[[RunRecord, Sequence[NewPicture]], None] = lambda run, pictures: None,
    ) -> None:
        self._store = store
        self._hub = hub
        self._folders = folders
        self._webhook = webhook
        self._told = told
        self._shown = shown

    async def write(
        self, run: RunRecord, finished: JobFinished, then: str | None, *, give_up: Callable[[], bool]
    ) -> bool:
        """Write the end of ``run`` and the beginning of the job ``then`` in one commit; answers whether that one began.

        A full disk is waited for until ``give_up`` answers True.
        """
        pictures = await asyncio.to_thread(run.pictures, self._folders.jail) if run.outputs else []
        end = run.end(_with_poison(run, finished), pictures, self._webhook)
        while True:
            try:
                began = await self._store.finish(run.job.id, end, then=then)
                break
            except (StorageFull, DatabaseAway) as failure:
                log.error("%s", failure)
                if give_up():
                    return False
                await asyncio.sleep(RETRY_SECONDS)
            except (IllegalMove, KeyError) as failure:
                # It was cancelled in the moment in which it began: that end stands.
                log.info("The end of job %s was not written: %s", run.job.id, failure)
                return False
        seconds = finished.seconds or round(time.monotonic() - run.began, 3)
        self._hub.publish(run.job.id, {**event_to_json(replace(finished, problems=end.problems)), "seconds": seconds})
        if pictures:
            self._shown(run, pictures)
        if end.webhooks:
            self._told()
        return began


def _with_poison(run: RunRecord, finished: JobFinished) -> JobFinished:
    """A job that was cut off before, and is again, says so."""
    if finished.outcome != "lost" or run.job.deaths == 0:
        return finished
    problem = Problem(
        code="job.poison",
        message="The server or its worker stopped while this job ran, for the second time; it was not queued again.",
        remedy="Look into the log before you run it again.",
    )
    return replace(finished, problems=(*finished.problems, problem))
