"""`fcntl.lockf` of a file that a child process has locked."""

import asyncio
import fcntl
import multiprocessing
import time
from multiprocessing.connection import Connection

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.lockf"
PLACE = "coroutine"

processes = multiprocessing.get_context("fork")
ledger = open(props.folder() / "ledger.csv", "w")


def close_the_books(started: Connection) -> None:
    with open(ledger.name, "a") as own:
        fcntl.lockf(own, fcntl.LOCK_EX)
        started.send("locked")
        time.sleep(0.3)


async def main() -> None:
    ours, theirs = processes.Pipe()
    child = processes.Process(target=close_the_books, args=[theirs])
    child.start()
    await asyncio.to_thread(ours.recv)
    fcntl.lockf(ledger, fcntl.LOCK_EX)  # <-
    fcntl.lockf(ledger, fcntl.LOCK_UN)
    await asyncio.to_thread(child.join)
