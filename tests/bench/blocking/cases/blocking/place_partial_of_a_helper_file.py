"""A partial of a helper, that wants a file which a thread has locked."""

import asyncio
import fcntl
import functools
import threading
from typing import TextIO

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.flock"
PLACE = "partial"

name = props.folder() / "spool.lock"
theirs, ours = open(name, "w"), open(name, "w")
fcntl.flock(theirs, fcntl.LOCK_EX)


def lock(spool: TextIO, locked: asyncio.Event) -> None:
    fcntl.flock(spool, fcntl.LOCK_EX)  # <-
    locked.set()


async def main() -> None:
    threading.Timer(0.3, fcntl.flock, args=[theirs, fcntl.LOCK_UN]).start()
    locked = asyncio.Event()
    asyncio.get_running_loop().call_soon(functools.partial(lock, ours), locked)
    await locked.wait()
