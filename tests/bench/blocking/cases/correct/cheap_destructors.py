"""Objects with a destructor that only counts."""

import asyncio


class Handle:
    closed = 0

    def __del__(self) -> None:
        Handle.closed += 1


async def main() -> None:
    for _ in range(10):
        handles = [Handle() for _ in range(100)]
        await asyncio.sleep(0.005)
        del handles
    assert Handle.closed == 1000
