"""A thread barrier where two tasks of one loop are to meet: the first one keeps the second away."""

import asyncio
import threading

FAMILY = "lock"
CALL = "threading.Barrier.wait"
PLACE = "task"

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
