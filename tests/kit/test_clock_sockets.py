"""The virtual clock and real sockets."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import asynccontextmanager

import httpx
import pytest
import uvicorn
from fastapi import FastAPI

from tests.kit.simulation import simulate

ECHO = """
import socket, time
with socket.create_server(("127.0.0.1", 0)) as server:
    print(server.getsockname()[1], flush=True)
    peer, _ = server.accept()
    with peer:
        while data := peer.recv(100):
            peer.sendall(data)
"""


@asynccontextmanager
async def served(app):
    config = uvicorn.Config(app, port=0, log_config=None, lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server._serve())
    while not server.started:
        await asyncio.sleep(0.1)
    host, port = server.servers[0].sockets[0].getsockname()
    yield f"http://{host}:{port}"
    server.should_exit = True
    await serving


def test_uvicorn_in_the_same_loop_is_exact():
    """Five requests over real sockets to a route that sleeps a second take exactly one."""
    app = FastAPI()

    @app.get("/")
    async def index() -> str:
        await asyncio.sleep(1)
        return "ok"

    async def scenario(clock):
        async with served(app) as url, httpx.AsyncClient() as client:
            start = clock.elapsed
            answers = await asyncio.gather(*(client.get(url) for _ in range(5)))
            return [answer.json() for answer in answers], round(clock.elapsed - start, 9)

    assert simulate(scenario)[0] == (["ok"] * 5, 1.0)


def test_big_messages_between_two_ends_here_take_no_time():
    """Megabytes over loopback arrive before the clock moves."""
    size = 5_000_000

    async def scenario(clock):
        async def answer(reader, writer):
            writer.write(await reader.readexactly(size))
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        async with server, asyncio.timeout(0.001):
            reader, writer = await asyncio.open_connection(*server.sockets[0].getsockname())
            writer.write(b"x" * size)
            got = await reader.read()
            writer.close()
        return len(got), clock.elapsed

    assert simulate(scenario)[0] == (size, 0.0)


@pytest.fixture
def echo() -> Iterator[int]:
    with subprocess.Popen([sys.executable, "-c", ECHO], stdout=subprocess.PIPE) as process:
        yield int(process.stdout.readline())
        process.kill()


def test_another_process_gets_time_to_answer(echo: int):
    """A server in another process may answer before a short timeout fires."""

    async def scenario(clock):
        reader, writer = await asyncio.open_connection("127.0.0.1", echo)
        for _ in range(20):
            async with asyncio.timeout(0.001):
                writer.write(b"x")
                assert await reader.readexactly(1) == b"x"
        writer.close()
        await asyncio.sleep(1)
        return clock.elapsed

    assert simulate(scenario)[0] == 1.0
