"""A second loop in a thread, and the first one joins it."""

import asyncio
import threading
from collections.abc import Coroutine
from typing import Any

FAMILY = "lock"
CALL = "threading.Thread.join"
PLACE = "helper"


def run_sync(coroutine: Coroutine[Any, Any, int]) -> int:
    results: list[int] = []
    thread = threading.Thread(target=lambda: results.append(asyncio.run(coroutine)))
    thread.start()
    thread.join()  # <-
    return results[0]


async def count() -> int:
    await asyncio.sleep(0.3)
    return 3


async def main() -> None:
    assert run_sync(count()) == 3
