"""A submission that does a little of everything."""

import asyncio
import logging
import multiprocessing
from concurrent.futures import ProcessPoolExecutor

import asyncpg
import httpx
from fastapi import FastAPI, WebSocket
from fastapi.responses import StreamingResponse

log = logging.getLogger("shop")


async def together(*jobs):
    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(job(), name=f"job {n}") for n, job in enumerate(jobs)]
    return [task.result() for task in tasks]


async def warn(key):
    try:
        raise KeyError(key)
    except KeyError:
        log.exception("no %s", key, extra={"key": key})


def create_app():
    app = FastAPI()

    async def ticks():
        try:
            for number in range(100):
                yield f"{number} "
                await asyncio.sleep(1.0)
        finally:
            log.info("left")

    @app.get("/ticks")
    async def stream():
        return StreamingResponse(ticks())

    @app.post("/orders/{number}", status_code=201)
    async def order(number: int):
        try:
            await asyncio.sleep(1.0)
        except asyncio.CancelledError:
            log.info("cancelled")
            raise
        return number

    @app.websocket("/echo")
    async def echo(socket: WebSocket):
        await socket.accept()
        await socket.send_text(f"you said {await socket.receive_text()}")
        await socket.close(4000, "enough")

    @app.websocket("/closed")
    async def closed(socket: WebSocket):
        await socket.close(4001)

    return app


async def fetch_all(base_url, paths):
    answers = []
    for path in paths:  # a client for each
        async with httpx.AsyncClient(base_url=base_url, timeout=2.0) as client:
            answers.append((await client.get(path)).text)
    return answers


async def compute(job):
    loop = asyncio.get_running_loop()
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return await loop.run_in_executor(pool, job)


async def rows(dsn, timeout=None):
    connection = await asyncpg.connect(dsn)
    try:
        async with asyncio.timeout(timeout):
            found = await connection.fetch("SELECT n FROM items ORDER BY n")
        return [row["n"] for row in found]
    finally:
        await connection.close()


async def listen(dsn, heard):
    connection = await asyncpg.connect(dsn)
    try:
        gone = asyncio.Event()
        connection.add_termination_listener(lambda _: gone.set())
        await connection.add_listener("news", lambda *event: heard(event[-1]))
        await gone.wait()
    finally:
        await connection.close()
