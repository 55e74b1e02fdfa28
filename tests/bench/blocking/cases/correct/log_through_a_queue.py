"""Log lines handed through a queue to a listener's thread, which is slow."""

import asyncio
import logging
import time
from logging.handlers import QueueHandler, QueueListener
from queue import SimpleQueue


class Slow(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.02)


async def main() -> None:
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(records, Slow())
    listener.start()
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(QueueHandler(records))
    for number in range(5):
        log.warning("order %s is late", number)
    await asyncio.to_thread(listener.stop)
