"""`queue.Queue.join` when the application shuts down."""

import queue
import threading
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

FAMILY = "lock"
CALL = "queue.Queue.join"
PLACE = "lifespan"

letters: queue.Queue[str] = queue.Queue()


def postman() -> None:
    letters.get()
    time.sleep(0.3)
    letters.task_done()


@asynccontextmanager
async def lifespan(_: FastAPI) -> AsyncIterator[None]:
    threading.Thread(target=postman, daemon=True).start()
    yield
    letters.join()  # <-


app = FastAPI(lifespan=lifespan)


async def main() -> None:
    async with app.router.lifespan_context(app):
        letters.put("dear customer")
