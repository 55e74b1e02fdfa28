"""A lock that a worker thread holds for a while."""

import asyncio
import threading
import time

FAMILY = "lock"
CALL = "threading.Lock.acquire"
PLACE = "coroutine"

totals: dict[str, int] = {}
totals_lock = threading.Lock()


def recount(started: threading.Event) -> None:
    with totals_lock:
        started.set()
        time.sleep(0.3)
        totals["orders"] = 12


async def main() -> None:
    started = threading.Event()
    worker = asyncio.create_task(asyncio.to_thread(recount, started))
    await asyncio.to_thread(started.wait)
    with totals_lock:  # <-
        totals["read"] = totals.get("orders", 0)
    await worker
