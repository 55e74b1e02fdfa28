"""A barrier between processes that nobody else comes to."""

import multiprocessing
import threading

FAMILY = "lock"
CALL = "threading.Barrier.wait"
PLACE = "coroutine"

everybody_ready = multiprocessing.get_context("fork").Barrier(2)


async def main() -> None:
    try:
        everybody_ready.wait(0.2)  # <-
    except threading.BrokenBarrierError:
        everybody_ready.reset()
