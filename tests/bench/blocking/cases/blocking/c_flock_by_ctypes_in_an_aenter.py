"""The C library's `flock`, in `__aenter__`, of a file that a thread has locked."""

import asyncio
import ctypes
import fcntl
import threading
import time

from tests.bench.blocking import props

FAMILY = "file"
CALL = "libc.flock"
PLACE = "async context manager"

libc = ctypes.CDLL(None)
name = props.folder() / "inventory.lock"
theirs, ours = open(name, "w"), open(name, "w")


class Locked:
    async def __aenter__(self) -> None:
        libc.flock(ours.fileno(), fcntl.LOCK_EX)  # <-

    async def __aexit__(self, *_: object) -> None:
        fcntl.flock(ours, fcntl.LOCK_UN)


def count_stock(started: threading.Event) -> None:
    fcntl.flock(theirs, fcntl.LOCK_EX)
    started.set()
    time.sleep(0.3)
    fcntl.flock(theirs, fcntl.LOCK_UN)


async def main() -> None:
    started = threading.Event()
    worker = asyncio.create_task(asyncio.to_thread(count_stock, started))
    await asyncio.to_thread(started.wait)
    async with Locked():
        pass
    await worker
