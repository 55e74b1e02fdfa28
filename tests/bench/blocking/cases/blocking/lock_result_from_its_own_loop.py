"""`run_coroutine_threadsafe` to the loop one is on: the result cannot come."""

import asyncio

FAMILY = "lock"
CALL = "concurrent.futures.Future.result"
PLACE = "helper"


async def load_user(number: int) -> str:
    await asyncio.sleep(0)
    return f"user {number}"


def user_name(number: int, loop: asyncio.AbstractEventLoop) -> str:
    future = asyncio.run_coroutine_threadsafe(load_user(number), loop)
    try:
        return future.result(timeout=0.2)  # <-
    except TimeoutError:
        future.cancel()
        return "nobody"


async def main() -> None:
    assert user_name(7, asyncio.get_running_loop()) == "nobody"
    await asyncio.sleep(0)
