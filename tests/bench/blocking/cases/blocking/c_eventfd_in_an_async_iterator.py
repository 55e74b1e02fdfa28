"""`os.eventfd_read` of an event that a thread makes, in `__anext__`."""

import os
import threading
from typing import Self

FAMILY = "file"
CALL = "os.eventfd_read"
PLACE = "async iterator"


class Ticks:
    def __init__(self) -> None:
        self.fd = os.eventfd(0)
        threading.Timer(0.25, os.eventfd_write, args=[self.fd, 3]).start()

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        if self.fd < 0:
            raise StopAsyncIteration
        ticks = os.eventfd_read(self.fd)  # <-
        os.close(self.fd)
        self.fd = -1
        return ticks


async def main() -> None:
    assert [ticks async for ticks in Ticks()] == [3]
