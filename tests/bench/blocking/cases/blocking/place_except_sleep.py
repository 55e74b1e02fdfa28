"""An `except` that waits before the next try."""

import asyncio
import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "except"

answers: list[str | None] = [None, "hello"]


async def ask() -> str:
    await asyncio.sleep(0)
    answer = answers.pop(0)
    if answer is None:
        raise ConnectionResetError
    return answer


async def main() -> None:
    while True:
        try:
            assert await ask() == "hello"
            return
        except ConnectionResetError:
            time.sleep(0.15)  # <-
