"""Events: a job's own by page, everyone's by socket."""

from aiohttp import web

from web.server.endpoint import Call, endpoint
from web.server.events.socket import serve_events
from web.server.refusals import refuse
from web.server.schemas.events import EventPage, EventsQuery

PREVIEW_SECONDS: dict[str, float | None] = {"all": 0.0, "fewer": 2.0, "none": None}
"""How long at least lies between two pictures of a node, by what the watcher asked for; None: it gets none."""


@endpoint("GET", "/api/v1/jobs/{id}/events", query=EventsQuery, response=EventPage, errors=(404,))
async def list_job_events(call: Call[None, EventsQuery]) -> web.Response:
    """List a job's events in order."""
    job_id = call.part("id")
    if await call.services.jobs.store.get(job_id) is None:
        raise refuse(404, "job.unknown", "There is no such job.", job=job_id[:128])
    limit = call.query.limit
    records = await call.services.hub.of_job(job_id, call.query.after, limit + 1)
    page = records[:limit]
    following = page[-1].seq if len(records) > limit else None
    # Records keep their text, made once: the page is joined from it.
    joined = ",".join(record.text for record in page)
    text = f'{{"events":[{joined}],"next":{"null" if following is None else following}}}'
    return web.Response(text=text, content_type="application/json")


@endpoint("GET", "/api/v1/events", status=101, kind="socket")
async def watch_events(call: Call[None, None]) -> web.StreamResponse:
    """Watch everything that happens. `?after=<seq>` first repeats what came after that event.

    `?previews=fewer` sends a picture of a node every two seconds at most, `?previews=none` sends none.
    """
    text = call.request.query.get("after")
    if text is not None and not (text.isascii() and text.isdigit() and len(text) < 19):
        raise refuse(400, "events.bad_after", "'after' must be the number of an event.", "Leave it out for news only.")
    previews = call.request.query.get("previews", "all")
    if previews not in PREVIEW_SECONDS:
        raise refuse(400, "events.bad_previews", "'previews' must be all, fewer or none.", "Leave it out for all.")
    after = None if text is None else int(text)
    return await serve_events(call.request, call.services, after, PREVIEW_SECONDS[previews])
