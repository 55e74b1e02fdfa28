"""Stories of tasks, threads and locks."""

import asyncio
import logging
import queue
import threading
import time
from collections.abc import Coroutine
from typing import Any, Self

# %% lock_barrier_between_tasks: A thread barrier where two tasks of one loop are to meet: the
# and: first one keeps the second away.
# blocks: lock, threading.Barrier.wait, task
start = threading.Barrier(2, timeout=0.2)


async def runner(name: str, log: list[str]) -> None:
    try:
        start.wait()  # <-
        log.append(f"{name} runs")
    except threading.BrokenBarrierError:
        log.append(f"{name} gave up")


async def main() -> None:
    log: list[str] = []
    tasks = [asyncio.create_task(runner(name, log)) for name in ("anna", "bert")]
    await asyncio.wait(tasks)
    assert log == ["anna gave up", "bert gave up"]


# %% lock_joins_a_nested_loop: A second loop in a thread, and the first one joins it.
# blocks: lock, threading.Thread.join, helper
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


# %% lock_over_an_await: A thread lock kept over an await, wanted by a second task of the same loop.
# blocks: lock, threading.Lock.acquire, gather child
balance = {"anna": 100}
lock = threading.Lock()


async def withdraw(name: str, amount: int) -> bool:
    if not lock.acquire(timeout=0.2):  # <-
        return False
    try:
        before = balance[name]
        await asyncio.sleep(0.01)
        balance[name] = before - amount
        return True
    finally:
        lock.release()


async def main() -> None:
    assert await asyncio.gather(withdraw("anna", 10), withdraw("anna", 20)) == [True, False]


# %% lock_result_from_its_own_loop: `run_coroutine_threadsafe` to the loop one is on: the result
# and: cannot come.
# blocks: lock, concurrent.futures.Future.result, helper
async def load_user(number: int) -> str:
    await asyncio.sleep(0)
    return f"user {number}"


def user_name(number: int, loop: asyncio.AbstractEventLoop) -> str:
    future = asyncio.run_coroutine_threadsafe(load_user(number), loop)
    try:
        return future.result(timeout=0.2)  # <-
    except TimeoutError:
        future.cancel()
        return "nobody"


async def main() -> None:
    assert user_name(7, asyncio.get_running_loop()) == "nobody"
    await asyncio.sleep(0)


# %% lock_of_a_logging_handler: A log line whose handler is busy with the line of a slow thread.
# blocks: lock, logger.info, coroutine
logger = logging.getLogger("shop")
writing = threading.Event()


class Remote(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        if record.levelno >= logging.ERROR:
            writing.set()
            time.sleep(0.3)


logger.addHandler(Remote())
logger.setLevel(logging.INFO)
logger.propagate = False


async def main() -> None:
    worker = asyncio.create_task(asyncio.to_thread(logger.error, "stock is wrong"))
    await asyncio.to_thread(writing.wait)
    logger.info("an order came in")  # <-
    await worker


# %% lock_simple_queue_in_an_async_iterator: `queue.SimpleQueue.get` in `__anext__`: rows that a
# and: thread produces.
# blocks: lock, self.rows.get, async iterator
class Rows:
    def __init__(self) -> None:
        self.rows: queue.SimpleQueue[int | None] = queue.SimpleQueue()
        threading.Thread(target=self.produce, daemon=True).start()

    def produce(self) -> None:
        time.sleep(0.25)
        self.rows.put(1)
        self.rows.put(None)

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        row = self.rows.get()  # <-
        if row is None:
            raise StopAsyncIteration
        return row


async def main() -> None:
    assert [row async for row in Rows()] == [1]


# %% lock_held_by_a_worker: A lock that a worker thread holds for a while.
# blocks: lock, threading.Lock.acquire, coroutine
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
