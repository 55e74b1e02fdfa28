"""Places that asyncio calls: tasks, callbacks, asynchronous methods."""

import asyncio
import os
import signal
import socket
from collections.abc import AsyncIterator, Generator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from types import FrameType
from typing import Any, Self

import anyio
import anyio.to_thread


def block() -> None:
    """The slot: a blocker's lines go where it is called."""


# %% coroutine: a coroutine
# place: coroutine
async def main() -> None:
    await asyncio.sleep(0)
    block()


# %% task: a task
# place: task
async def work() -> None:
    await asyncio.sleep(0)
    block()


async def main() -> None:
    await asyncio.create_task(work())


# %% gather: a child of `gather`
# place: gather child
async def work(first: bool) -> None:
    await asyncio.sleep(0)
    if first:
        block()


async def main() -> None:
    await asyncio.gather(work(True), work(False))


# %% task_group: a child of a task group
# place: task group child
async def work() -> None:
    block()


async def heartbeat() -> None:
    for _ in range(5):
        await asyncio.sleep(0.01)


async def main() -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(work())
        group.create_task(heartbeat())


# %% anyio_task_group: a child of an anyio task group
# place: anyio task group
async def work() -> None:
    block()


async def main() -> None:
    async with anyio.create_task_group() as group:
        group.start_soon(work)


# %% wait_for: a coroutine under `wait_for`, which no timeout can stop
# place: wait_for
async def work() -> None:
    await asyncio.sleep(0)
    block()


async def main() -> None:
    try:
        await asyncio.wait_for(work(), timeout=0.1)
    except TimeoutError:
        pass


# %% shield: a shielded coroutine
# place: shield
async def work() -> None:
    block()


async def main() -> None:
    await asyncio.shield(work())


# %% except_clause: an `except` clause
# place: except
async def cached(name: str) -> str:
    await asyncio.sleep(0)
    raise KeyError(name)


async def look_up(name: str) -> str:
    try:
        return await cached(name)
    except KeyError:
        block()
        return "nothing"


async def main() -> None:
    assert await look_up("tea") == "nothing"


# %% finally_clause: a `finally` clause
# place: finally
async def measure() -> str:
    try:
        await asyncio.sleep(0)
        return "17 degrees"
    finally:
        block()


async def main() -> None:
    assert await measure() == "17 degrees"


# %% cancellation_handler: what a cancelled task does before it ends
# place: cancellation handler
async def upload() -> None:
    try:
        await asyncio.sleep(10)
    except asyncio.CancelledError:
        block()
        raise


async def main() -> None:
    task = asyncio.create_task(upload())
    await asyncio.sleep(0)
    task.cancel()
    await asyncio.wait([task])
    assert task.cancelled()


# %% queue_consumer: a consumer of an `asyncio.Queue`
# place: queue consumer
async def consume(items: asyncio.Queue[str]) -> None:
    while True:
        await items.get()
        block()
        items.task_done()


async def main() -> None:
    items: asyncio.Queue[str] = asyncio.Queue()
    consumer = asyncio.create_task(consume(items))
    items.put_nowait("tea")
    await items.join()
    consumer.cancel()


# %% call_soon: a callback of `call_soon`
# place: call_soon
def publish(published: asyncio.Event) -> None:
    block()
    published.set()


async def main() -> None:
    published = asyncio.Event()
    asyncio.get_running_loop().call_soon(publish, published)
    await published.wait()


# %% partial_callback: a partial as a callback
# place: partial
def publish(name: str, published: asyncio.Event) -> None:
    block()
    published.set()


async def main() -> None:
    published = asyncio.Event()
    asyncio.get_running_loop().call_soon(partial(publish, "news"), published)
    await published.wait()


# %% call_later: a timer of the loop
# place: call_later
def flush(flushed: asyncio.Event) -> None:
    block()
    flushed.set()


async def main() -> None:
    flushed = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, flush, flushed)
    await flushed.wait()


# %% call_soon_threadsafe: a callback that a thread hands to the loop
# place: call_soon_threadsafe
def publish(published: asyncio.Event) -> None:
    block()
    published.set()


async def main() -> None:
    loop = asyncio.get_running_loop()
    published = asyncio.Event()
    await asyncio.to_thread(loop.call_soon_threadsafe, publish, published)
    await published.wait()


# %% done_callback: the done callback of a task
# place: done callback
reports: list[int] = []


def report(task: asyncio.Task[int]) -> None:
    block()
    reports.append(task.result())


async def count() -> int:
    await asyncio.sleep(0)
    return 7


async def main() -> None:
    task = asyncio.create_task(count())
    task.add_done_callback(report)
    await task
    await asyncio.sleep(0)
    assert reports == [7]


# %% future_done_callback: the done callback of a future
# place: done callback
reports: list[str] = []


def report(future: asyncio.Future[str]) -> None:
    block()
    reports.append(future.result())


async def main() -> None:
    uploaded: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    uploaded.add_done_callback(report)
    uploaded.set_result("cat.jpg")
    await asyncio.sleep(0)
    assert reports == ["cat.jpg"]


# %% add_reader: the callback of a socket that can be read
# place: add_reader
async def main() -> None:
    loop = asyncio.get_running_loop()
    bell, button = socket.socketpair()
    answered = asyncio.Event()

    def answer() -> None:
        loop.remove_reader(bell)
        block()
        answered.set()

    loop.add_reader(bell, answer)
    button.setblocking(False)
    button.send(b"ring")
    await answered.wait()


# %% protocol: the `data_received` of a protocol
# place: protocol
class Sensor(asyncio.Protocol):
    def connection_made(self, transport: Any) -> None:
        self.transport = transport

    def data_received(self, data: bytes) -> None:
        block()
        self.transport.write(b"thanks")
        self.transport.close()


async def main() -> None:
    loop = asyncio.get_running_loop()
    listener = await loop.create_server(Sensor, "127.0.0.1", 0)
    reader, writer = await asyncio.open_connection(*listener.sockets[0].getsockname())
    writer.write(b"17.5")
    assert await reader.read() == b"thanks"
    writer.close()
    listener.close()


# %% loop_signal_handler: a signal handler of the loop
# place: loop signal handler
async def main() -> None:
    loop = asyncio.get_running_loop()
    reloaded = asyncio.Event()

    def reload() -> None:
        block()
        reloaded.set()

    loop.add_signal_handler(signal.SIGHUP, reload)
    os.kill(os.getpid(), signal.SIGHUP)
    await reloaded.wait()
    loop.remove_signal_handler(signal.SIGHUP)


# %% signal_handler: a handler of `signal.signal`
# place: signal handler
seen: list[int] = []


def handle(number: int, _: FrameType | None) -> None:
    block()
    seen.append(number)


async def main() -> None:
    before = signal.signal(signal.SIGUSR1, handle)
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]


# %% async_generator: an asynchronous generator
# place: async generator
async def numbers() -> AsyncIterator[int]:
    yield 1
    block()
    yield 2


async def main() -> None:
    assert [number async for number in numbers()] == [1, 2]


# %% async_iterator: the `__anext__` of an asynchronous iterator
# place: async iterator
class Ticks:
    def __init__(self, count: int) -> None:
        self.left = count

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> int:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        block()
        return self.left


async def main() -> None:
    assert [tick async for tick in Ticks(1)] == [0]


# %% async_comprehension: the helper of an asynchronous comprehension
# place: async comprehension
async def topics() -> AsyncIterator[str]:
    yield "weather"


def message(topic: str) -> str:
    block()
    return f"{topic}: rain"


async def main() -> None:
    assert [message(topic) async for topic in topics()] == ["weather: rain"]


# %% aenter: the `__aenter__` of an asynchronous context manager
# place: async context manager
class Session:
    async def __aenter__(self) -> Self:
        block()
        return self

    async def __aexit__(self, *_: object) -> None:
        pass


async def main() -> None:
    async with Session():
        pass


# %% aexit: the `__aexit__` of an asynchronous context manager
# place: async context manager
class Session:
    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        block()


async def main() -> None:
    async with Session():
        await asyncio.sleep(0)


# %% async_factory: an asynchronous factory, instead of `__init__`
# place: factory
class Service:
    @classmethod
    async def create(cls) -> Self:
        block()
        return cls()


async def main() -> None:
    assert isinstance(await Service.create(), Service)


# %% awaited_object: an object that opens itself when it is awaited
# place: factory
class Mailbox:
    async def open(self) -> Self:
        block()
        return self

    def __await__(self) -> Generator[Any, None, Self]:
        return self.open().__await__()


async def main() -> None:
    assert isinstance(await Mailbox(), Mailbox)


# %% async_method: an asynchronous method
# place: method
class Journal:
    async def write(self) -> None:
        block()


async def main() -> None:
    await Journal().write()


# %% loop_in_thread: a coroutine of a loop that a thread runs
# place: loop in a thread
async def crawl() -> str:
    await asyncio.sleep(0)
    block()
    return "crawled"


async def main() -> None:
    assert await asyncio.to_thread(lambda: asyncio.run(crawl())) == "crawled"


# %% to_thread: a function that is handed to `asyncio.to_thread`
# kind: correct
# place: to_thread
def work() -> str:
    block()
    return "done"


async def main() -> None:
    assert await asyncio.to_thread(work) == "done"


# %% executor: a function that is handed to a pool of threads, while the loop ticks
# kind: correct
# place: executor
def work() -> str:
    block()
    return "done"


async def main() -> None:
    executor = ThreadPoolExecutor(1)
    working = asyncio.get_running_loop().run_in_executor(executor, work)
    while not working.done():
        await asyncio.sleep(0.005)
    assert await working == "done"


# %% anyio_thread: a function that is handed to a thread of anyio
# kind: correct
# place: anyio thread
def work() -> str:
    block()
    return "done"


async def main() -> None:
    assert await anyio.to_thread.run_sync(work) == "done"
