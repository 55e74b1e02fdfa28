"""A finalizer that waits for the flush of a buffer, when its owner goes."""

import threading
import weakref

FAMILY = "lock"
CALL = "threading.Event.wait"
PLACE = "finalizer"

flushed = threading.Event()


def wait_for_flush(name: str) -> None:
    flushed.wait(timeout=0.2)  # <-


class Buffer:
    def __init__(self, name: str) -> None:
        self.lines: list[str] = []
        weakref.finalize(self, wait_for_flush, name)


async def main() -> None:
    buffer = Buffer("orders")
    buffer.lines.append("1 tea")
    del buffer
