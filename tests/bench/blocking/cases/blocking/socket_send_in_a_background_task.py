"""A background task that sends lines to a log server that has stopped reading."""

import contextlib
import socket

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.socket.send"
PLACE = "background task"

app = FastAPI()


def full() -> tuple[socket.socket, socket.socket]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        while True:
            ours.send(bytes(4096))
    ours.settimeout(0.2)
    return ours, theirs


ours, theirs = full()


async def ship(line: bytes) -> None:
    with contextlib.suppress(TimeoutError):
        ours.send(line)  # <-


@app.post("/events")
async def event(tasks: BackgroundTasks) -> None:
    tasks.add_task(ship, bytes(4096))


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/events")
    ours.close()
    theirs.close()
