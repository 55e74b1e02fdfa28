"""A pool in a `with`: leaving it waits for what was handed in."""

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor

FAMILY = "lock"
CALL = "concurrent.futures.Executor.shutdown"
PLACE = "coroutine"


def scan(name: str) -> str:
    time.sleep(0.3)
    return name.upper()


async def main() -> None:
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(2) as pool:  # <-
        scans = [loop.run_in_executor(pool, scan, name) for name in ("a", "b")]
    assert await asyncio.gather(*scans) == ["A", "B"]
