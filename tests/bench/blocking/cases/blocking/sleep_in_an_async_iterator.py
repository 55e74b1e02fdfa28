"""`__anext__` that paces itself with `time.sleep`."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "async iterator"


class Ticks:
    def __init__(self, count: int) -> None:
        self.left = count

    def __aiter__(self) -> "Ticks":
        return self

    async def __anext__(self) -> int:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        time.sleep(0.15)  # <-
        return self.left


async def main() -> None:
    assert [tick async for tick in Ticks(2)] == [1, 0]
