"""`queue.Queue.get` in the generator of a stream of events."""

import queue
import threading
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "queue.Queue.get"
PLACE = "sse generator"

app = FastAPI()
events: queue.Queue[str] = queue.Queue()


async def stream() -> AsyncIterator[str]:
    yield ": hello\n\n"
    event = events.get()  # <-
    yield f"data: {event}\n\n"


@app.get("/events")
async def subscribe() -> StreamingResponse:
    threading.Timer(0.45, events.put, args=["shipped"]).start()
    return StreamingResponse(stream(), media_type="text/event-stream")


async def main() -> None:
    async with props.client(app) as client:
        assert "data: shipped" in (await client.get("/events")).text
