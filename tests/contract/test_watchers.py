"""Many watch one job: everyone hears its end, and those who stop reading hold nobody up."""

import asyncio
import json
import time
from typing import Any

from aiohttp import ClientSession, TCPConnector

from tests.contract.conftest import Studio, picture_graph, slow_graph

WATCHERS = 200
STUCK = 5


async def test_two_hundred_watchers_hear_everything_while_five_read_nothing(studio: Studio) -> None:
    async with ClientSession(connector=TCPConnector(limit=0)) as session:
        url = f"{studio.url}/api/v1/events"
        stuck = [await session.ws_connect(url) for _ in range(STUCK)]
        sockets = await asyncio.gather(*(session.ws_connect(url) for _ in range(WATCHERS)))
        for socket in sockets:
            assert (await socket.receive_json())["type"] == "hello"
        job = await asyncio.to_thread(studio.submit, slow_graph(steps=20, seconds=0.02, seed=time.time_ns() % 2**60))

        async def heard(socket: Any) -> list[str]:
            kinds: list[str] = []
            async for message in socket:
                told = json.loads(message.data) if isinstance(message.data, str) else {}
                if told.get("job_id") == job["id"]:
                    kinds.append(told["event"]["type"])
                    if kinds[-1] == "job.finished":
                        return kinds
            return kinds

        async with asyncio.timeout(30):
            told = await asyncio.gather(*(heard(socket) for socket in sockets))
        states = [[kind for kind in kinds if kind not in ("node.progress", "job.queued")] for kinds in told]
        assert all(kinds == states[0] for kinds in states) and states[0][-1] == "job.finished"
        assert all(kinds.count("node.progress") >= 1 for kinds in told)
        begin = time.monotonic()
        assert (await asyncio.to_thread(studio.get, "/healthz")).status == 200 and time.monotonic() - begin < 2
        await asyncio.gather(*(socket.close() for socket in (*sockets, *stuck)))


async def test_a_watcher_that_comes_back_misses_nothing_and_hears_nothing_twice(studio: Studio) -> None:
    async with ClientSession() as session:
        url = f"{studio.url}/api/v1/events"
        async with session.ws_connect(url) as socket:
            seq = (await socket.receive_json())["seq"]
        made = [(await asyncio.to_thread(studio.run, picture_graph(colour=index)))["id"] for index in range(3)]
        async with session.ws_connect(f"{url}?after={seq}") as socket:
            await socket.receive_json()
            seen: list[int] = []
            ended: list[str] = []
            async with asyncio.timeout(10):
                while len(ended) < 3:
                    told = await socket.receive_json()
                    seen.append(told["seq"])
                    if told["event"]["type"] == "job.finished":
                        ended.append(told["job_id"])
        assert ended == made and seen == sorted(set(seen)) and seen[0] > seq
