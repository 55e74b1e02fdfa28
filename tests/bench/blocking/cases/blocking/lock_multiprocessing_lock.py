"""A lock between processes, held by a child."""

import asyncio
import multiprocessing
import time
from multiprocessing.connection import Connection
from multiprocessing.synchronize import Lock

FAMILY = "lock"
CALL = "report_lock.acquire"
PLACE = "coroutine"

processes = multiprocessing.get_context("fork")
report_lock = processes.Lock()


def write_report(lock: Lock, started: Connection) -> None:
    with lock:
        started.send("started")
        time.sleep(0.3)


async def main() -> None:
    ours, theirs = processes.Pipe()
    child = processes.Process(target=write_report, args=[report_lock, theirs])
    child.start()
    await asyncio.to_thread(ours.recv)
    report_lock.acquire()  # <-
    report_lock.release()
    await asyncio.to_thread(child.join)
