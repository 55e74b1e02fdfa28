"""`queue.SimpleQueue.get` in `__anext__`: rows that a thread produces."""

import queue
import threading
import time
from typing import Self

FAMILY = "lock"
CALL = "self.rows.get"
PLACE = "async iterator"


class Rows:
    def __init__(self) -> None:
        self.rows: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        threading.Thread(target=self.produce, daemon=True).start()

    def produce(self) -> None:
        time.sleep(0.25)
        self.rows.put(1)
        self.rows.put(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        row = self.rows.get()  # <-
        if row is None:
            raise StopAsyncIteration
        return row


async def main() -> None:
    assert [row async for row in Rows()] == [1]
