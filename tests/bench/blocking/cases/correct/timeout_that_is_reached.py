"""`wait_for` gives up on a coroutine."""

import asyncio


async def main() -> None:
    try:
        await asyncio.wait_for(asyncio.sleep(30), 0.1)
    except TimeoutError:
        return
    raise AssertionError
