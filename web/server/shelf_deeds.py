"""Work on a shelf of documents from a request: in a thread, and what it refuses becomes the answer."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

from graph_engine.files.jail import PathRefused
from graph_engine.files.shelf import Conflict
from web.server.refusals import Refusal, refuse

Result = TypeVar("Result")


async def on_shelf(deed: Callable[[], Result]) -> Result:
    """Do ``deed``. Raises Refusal: 404 or 400 for its name, 409 where somebody saved in between or has the name."""
    try:
        return await asyncio.to_thread(deed)
    except PathRefused as refused:
        raise Refusal(404 if refused.missing else 400, refused.problems) from refused
    except Conflict as conflict:
        code, remedy = "workflow.changed", "Open it again, or save under another name."
        if conflict.taken:
            code, remedy = "workflow.name_taken", "Choose another name."
        raise refuse(409, code, str(conflict), remedy, revision=conflict.revision) from conflict
