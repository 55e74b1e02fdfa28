"""A log line whose handler is busy with the line of a slow thread."""

import asyncio
import logging
import threading
import time

FAMILY = "lock"
CALL = "logger.info"
PLACE = "coroutine"

logger = logging.getLogger("shop")
writing = threading.Event()


class Remote(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            writing.set()
            time.sleep(0.3)


logger.addHandler(Remote())
logger.setLevel(logging.INFO)
logger.propagate = False


async def main() -> None:
    worker = asyncio.create_task(asyncio.to_thread(logger.error, "stock is wrong"))
    await asyncio.to_thread(writing.wait)
    logger.info("an order came in")  # <-
    await worker
