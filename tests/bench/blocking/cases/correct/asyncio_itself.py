"""Asyncio used as it is meant: tasks, timers, locks, streams, subprocesses."""

import asyncio
import os
import signal
import socket
import time
from asyncio.subprocess import PIPE
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AsyncExitStack, aclosing, asynccontextmanager

import anyio
from anyio import Path, open_file
from anyio.streams.memory import MemoryObjectSendStream

from tests.bench.blocking import fixtures


# %% add_reader: A reader callback on one end of a socket pair.
async def main() -> None:
    loop = asyncio.get_running_loop()
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    theirs.setblocking(False)
    received: asyncio.Future[bytes] = loop.create_future()
    loop.add_reader(ours, lambda: received.set_result(ours.recv(100)))
    loop.call_later(0.1, theirs.send, b"x")
    assert await received == b"x"
    loop.remove_reader(ours)
    ours.close()
    theirs.close()


# %% anyio_files: Files read by anyio, in its threads.
async def main() -> None:
    async with await open_file(fixtures.small_file()) as file:
        assert await file.read()
    assert await Path(fixtures.small_file()).read_text()


# %% anyio_streams: Producers and a consumer on an anyio memory stream.
async def produce(stream: MemoryObjectSendStream[int]) -> None:
    async with stream:
        for number in range(10):
            await anyio.sleep(0.01)
            await stream.send(number)


async def main() -> None:
    sender, receiver = anyio.create_memory_object_stream[int](2)
    async with anyio.create_task_group() as group, sender, receiver:
        for _ in range(3):
            group.start_soon(produce, sender.clone())
        await sender.aclose()
        assert sum([number async for number in receiver]) == 135


# %% async_context_managers: A stack of asynchronous context managers.
@asynccontextmanager
async def connection(name: str) -> AsyncIterator[str]:
    await asyncio.sleep(0.02)
    yield name
    await asyncio.sleep(0.02)


async def main() -> None:
    async with AsyncExitStack() as stack:
        for name in ("a", "b", "c"):
            await stack.enter_async_context(connection(name))


# %% async_generator_closed: An async generator left early and closed.
async def readings() -> AsyncGenerator[int, None]:
    try:
        for number in range(100):
            await asyncio.sleep(0.02)
            yield number
    finally:
        await asyncio.sleep(0.02)


async def main() -> None:
    async with aclosing(readings()) as numbers:
        async for number in numbers:
            if number == 4:
                break


# %% asyncio_debug: A loop in debug mode.
async def step() -> None:
    await asyncio.sleep(0.01)


async def main() -> None:
    asyncio.get_running_loop().set_debug(True)
    for _ in range(10):
        await asyncio.gather(*(step() for _ in range(5)))


# %% asyncio_dns: A name looked up by the loop.
async def main() -> None:
    assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)


# %% asyncio_exec: A program run by asyncio.
async def main() -> None:
    child = await asyncio.create_subprocess_exec("sleep", "0.15")
    assert await child.wait() == 0


# %% asyncio_locks_and_events: An asyncio lock, event, condition and barrier that are waited for.
async def main() -> None:
    lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
    barrier = asyncio.Barrier(2)

    async def other() -> None:
        async with lock:
            await asyncio.sleep(0.05)
        event.set()
        await asyncio.sleep(0.05)
        async with condition:
            condition.notify_all()
        await barrier.wait()

    task = asyncio.create_task(other())
    await asyncio.sleep(0)
    async with lock:
        pass
    await event.wait()
    async with condition:
        await condition.wait()
    await barrier.wait()
    await task


# %% asyncio_queue: Workers on an `asyncio.Queue`, joined.
async def worker(jobs: asyncio.Queue[float]) -> None:
    while True:
        await asyncio.sleep(await jobs.get())
        jobs.task_done()


async def main() -> None:
    jobs: asyncio.Queue[float] = asyncio.Queue(5)
    workers = [asyncio.create_task(worker(jobs)) for _ in range(3)]
    for _ in range(12):
        await jobs.put(0.02)
    await jobs.join()
    for task in workers:
        task.cancel()
    await asyncio.gather(*workers, return_exceptions=True)


# %% asyncio_shell: A shell run by asyncio, fed and read.
async def main() -> None:
    child = await asyncio.create_subprocess_shell("sleep 0.1; cat", stdin=PIPE, stdout=PIPE)
    out, _ = await child.communicate(b"x")
    assert out == b"x"


# %% asyncio_sleep: `asyncio.sleep` in a coroutine.
async def main() -> None:
    await asyncio.sleep(0.15)


# %% eager_tasks: Tasks that start at once, where Python has them.
async def cached(key: str, cache: dict[str, str]) -> str:
    if key not in cache:
        await asyncio.sleep(0.05)
        cache[key] = key.upper()
    return cache[key]


async def main() -> None:
    factory = getattr(asyncio, "eager_task_factory", None)
    asyncio.get_running_loop().set_task_factory(factory)
    cache: dict[str, str] = {}
    for _ in range(3):
        await asyncio.gather(*(asyncio.create_task(cached(key, cache)) for key in "abcdef"))


# %% gather_with_a_timeout: `gather` under a timeout that is not reached.
async def fetch(number: int) -> int:
    await asyncio.sleep(0.05)
    return number


async def main() -> None:
    async with asyncio.timeout(5):
        assert sum(await asyncio.gather(*(fetch(n) for n in range(20)))) == 190


# %% pipe_read_by_the_loop: A pipe read by the loop while a thread writes to it late.
async def main() -> None:
    read, write = os.pipe()

    def send() -> None:
        time.sleep(0.1)
        os.write(write, b"done\n")
        os.close(write)

    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")
    )
    sent = asyncio.create_task(asyncio.to_thread(send))
    assert await reader.readline() == b"done\n"
    await sent


# %% signal_handler_sets_an_event: A signal handler that only sets an event.
async def main() -> None:
    loop = asyncio.get_running_loop()
    stop = asyncio.Event()
    loop.add_signal_handler(signal.SIGUSR1, stop.set)
    loop.call_later(0.1, os.kill, os.getpid(), signal.SIGUSR1)
    await stop.wait()
    loop.remove_signal_handler(signal.SIGUSR1)


# %% task_group: A task group with a semaphore.
async def fetch(gate: asyncio.Semaphore) -> None:
    async with gate:
        await asyncio.sleep(0.03)


async def main() -> None:
    gate = asyncio.Semaphore(4)
    async with asyncio.TaskGroup() as group:
        for _ in range(12):
            group.create_task(fetch(gate))


# %% ten_thousand_callbacks: Ten thousand callbacks put on the loop, a thousand at a time.
async def main() -> None:
    loop = asyncio.get_running_loop()
    seen: list[int] = []
    for start in range(0, 10_000, 1000):
        for number in range(start, start + 1000):
            loop.call_soon(seen.append, number)
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert len(seen) == 10_000


# %% timeout_that_is_reached: `wait_for` gives up on a coroutine.
async def main() -> None:
    try:
        await asyncio.wait_for(asyncio.sleep(30), 0.1)
    except TimeoutError:
        return
    raise AssertionError


# %% timers: Timers and callbacks that return at once.
async def main() -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[float] = loop.create_future()
    rung: list[int] = []
    for number in range(20):
        loop.call_later(number / 200, rung.append, number)
    loop.call_at(loop.time() + 0.15, done.set_result, 1.0)
    done.add_done_callback(lambda _: rung.append(-1))
    await done
    await asyncio.sleep(0)
    assert rung == [*range(20), -1]


# %% two_thousand_tasks: Two thousand tasks.
async def step() -> int:
    await asyncio.sleep(0.01)
    return 1


async def main() -> None:
    tasks: set[asyncio.Task[int]] = set()
    for _ in range(10):
        tasks |= {asyncio.create_task(step()) for _ in range(200)}
        await asyncio.sleep(0)
    done, _ = await asyncio.wait(tasks)
    assert len(done) == 2000
