"""A future's callback that wants a file which a thread has locked."""

import asyncio
import fcntl
import threading

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.flock"
PLACE = "done callback"

name = props.folder() / "results.lock"
theirs, ours = open(name, "w"), open(name, "w")
fcntl.flock(theirs, fcntl.LOCK_EX)


def save(_: asyncio.Future[int]) -> None:
    fcntl.flock(ours, fcntl.LOCK_EX)  # <-


async def main() -> None:
    threading.Timer(0.3, fcntl.flock, args=[theirs, fcntl.LOCK_UN]).start()
    result: asyncio.Future[int] = asyncio.get_running_loop().create_future()
    result.add_done_callback(save)
    result.set_result(7)
    await asyncio.sleep(0)
