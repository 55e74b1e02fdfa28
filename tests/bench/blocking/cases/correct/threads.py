"""What blocks a thread, and not the loop."""

import asyncio
import contextvars
import functools
import hashlib
import io
import logging
import multiprocessing
import os
import selectors
import sqlite3
import subprocess
import sys
import threading
import time
import warnings
from collections.abc import Callable, Coroutine
from logging.handlers import QueueHandler, QueueListener
from pathlib import Path
from queue import SimpleQueue
from types import TracebackType
from typing import IO, Any
from unittest import mock
from urllib.request import urlopen

import anyio
import anyio.from_thread
import anyio.to_thread
from fastapi import FastAPI

from tests.bench.blocking import fixtures


# %% answer_to_an_anyio_thread: An anyio thread that asks its loop and waits for the answer.
async def price(name: str) -> int:
    await anyio.sleep(0.05)
    return len(name)


def invoice() -> int:
    time.sleep(0.05)
    return anyio.from_thread.run(price, "pear")


async def main() -> None:
    assert await anyio.to_thread.run_sync(invoice) == 4


# %% async_methods_with_threads: An asynchronous class whose file work is done in threads.
class AsyncFile:
    async def __aenter__(self) -> "AsyncFile":
        self.file: IO[Any] = await asyncio.to_thread(fixtures.big_file().open)
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.file.close)

    def __aiter__(self) -> "AsyncFile":
        return self

    async def __anext__(self) -> str:
        line = await asyncio.to_thread(self.file.readline)
        if not line:
            raise StopAsyncIteration
        return str(line)


async def main() -> None:
    count = 0
    async with AsyncFile() as lines:
        async for _ in lines:
            count += 1
            if count == 100:
                break


# %% big_file_read_in_a_thread: A big file read and hashed in a thread.
def digest() -> str:
    with fixtures.big_file().open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


async def main() -> None:
    assert await asyncio.to_thread(digest)


# %% cancelled_to_thread: A thread that is given up on and ends by itself.
async def main() -> None:
    try:
        await asyncio.wait_for(asyncio.to_thread(time.sleep, 0.3), 0.05)
    except TimeoutError:
        await asyncio.sleep(0.05)


# %% contextvars_in_threads: A context variable carried into threads.
user: contextvars.ContextVar[str] = contextvars.ContextVar("user")


def greeting() -> str:
    time.sleep(0.05)
    return f"hello {user.get()}"


async def greet(name: str) -> str:
    user.set(name)
    return await asyncio.to_thread(greeting)


async def main() -> None:
    assert await asyncio.gather(greet("ann"), greet("bob")) == ["hello ann", "hello bob"]


# %% coroutine_from_a_thread: A thread that submits a coroutine to the loop and waits for its
# and: result.
async def answer() -> int:
    await asyncio.sleep(0.1)
    return 42


async def main() -> None:
    loop = asyncio.get_running_loop()

    def ask() -> int:
        return asyncio.run_coroutine_threadsafe(answer(), loop).result()

    assert await asyncio.to_thread(ask) == 42


# %% database_with_its_own_thread: A SQLite wrapper with a thread of its own and asyncio futures.
class Database:
    def __init__(self) -> None:
        self.loop = asyncio.get_running_loop()
        self.jobs: SimpleQueue[tuple[Callable[[], Any], asyncio.Future[Any]] | None] = SimpleQueue()
        self.thread = threading.Thread(target=self._work)
        self.thread.start()

    def _work(self) -> None:
        while (job := self.jobs.get()) is not None:
            function, future = job
            self.loop.call_soon_threadsafe(future.set_result, function())

    async def run(self, function: Callable[[], Any]) -> Any:
        future: asyncio.Future[Any] = self.loop.create_future()
        self.jobs.put((function, future))
        return await future


async def main() -> None:
    database = Database()
    db = await database.run(lambda: sqlite3.connect(":memory:"))
    await database.run(lambda: db.execute("create table t (n)"))
    await database.run(lambda: db.executemany("insert into t values (?)", [(1,)] * 50_000))
    rows = await database.run(lambda: db.execute("select sum(n) from t").fetchall())
    assert rows == [(50_000,)]
    await database.run(db.close)
    database.jobs.put(None)
    await asyncio.to_thread(database.thread.join)


# %% decorator_hands_to_a_thread: A blocking function whose decorator hands it to a thread.
def threaded(function: Callable[..., Any]) -> Callable[..., Coroutine[Any, Any, Any]]:
    @functools.wraps(function)
    async def run(*args: Any) -> Any:
        return await asyncio.to_thread(function, *args)

    return run


@threaded
def load(name: str) -> str:
    time.sleep(0.1)
    return name.upper()


async def main() -> None:
    assert await load("pear") == "PEAR"


# %% event_awaited_in_a_thread: A thread that waits for a `threading.Event` the coroutine sets.
async def main() -> None:
    ready = threading.Event()
    waiter = asyncio.create_task(asyncio.to_thread(ready.wait))
    await asyncio.sleep(0.1)
    ready.set()
    assert await waiter


# %% helper_in_to_thread: A helper that sleeps, reads and runs a program, in a thread.
def prepare() -> str:
    time.sleep(0.05)
    with open(fixtures.small_file()) as file:
        text = file.read()
    subprocess.run(["true"], check=True)
    return text + fixtures.small_file().read_text()


async def main() -> None:
    assert len(await asyncio.to_thread(prepare)) == 200


# %% lambda_in_an_executor: A lambda that sleeps, in an executor: the call is written in a
# and: coroutine and made elsewhere.
async def main() -> None:
    loop = asyncio.get_running_loop()
    await loop.run_in_executor(None, lambda: time.sleep(0.15))


# %% lambdas_in_to_thread: Lambdas that open, read and run, each in a thread.
async def main() -> None:
    path = fixtures.small_file()
    await asyncio.to_thread(lambda: path.read_text())
    await asyncio.to_thread(lambda: open(path).close())
    await asyncio.to_thread(lambda: subprocess.run(["sleep", "0.1"], check=True))


# %% lazy_import_in_a_thread: A slow module imported lazily by a function that runs in a thread.
FOLDER = fixtures.folder()
(FOLDER / "slow_to_load.py").write_text("import time\ntime.sleep(0.2)\nANSWER = 42\n")
sys.path.insert(0, str(FOLDER))


def answer() -> int:
    from slow_to_load import ANSWER

    return ANSWER


async def main() -> None:
    assert await asyncio.to_thread(answer) == 42


# %% line_read_in_a_thread: A line of standard input awaited in a thread.
READ, WRITE = os.pipe()
os.set_blocking(WRITE, False)
sys.stdin = io.TextIOWrapper(os.fdopen(READ, "rb"))


async def main() -> None:
    line = asyncio.create_task(asyncio.to_thread(sys.stdin.readline))
    await asyncio.sleep(0.1)
    os.write(WRITE, b"yes\n")
    assert await line == "yes\n"


# %% local_function_in_a_thread: A blocking function defined inside a coroutine and run in a thread.
async def main() -> None:
    def load() -> str:
        time.sleep(0.1)
        return fixtures.small_file().read_text()

    assert await asyncio.to_thread(load)


# %% log_through_a_queue: Log lines handed through a queue to a listener's thread, which is slow.
class Slow(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        time.sleep(0.02)


async def main() -> None:
    records: SimpleQueue[logging.LogRecord] = SimpleQueue()
    listener = QueueListener(records, Slow())
    listener.start()
    log = logging.getLogger("shop")
    log.propagate = False
    log.addHandler(QueueHandler(records))
    for number in range(5):
        log.warning("order %s is late", number)
    await asyncio.to_thread(listener.stop)


# %% loop_in_a_thread: A second loop in a thread, run to its end.
async def nap() -> str:
    await asyncio.sleep(0.1)
    return "rested"


async def main() -> None:
    assert await asyncio.to_thread(lambda: asyncio.run(nap())) == "rested"


# %% pbkdf2_in_a_thread: A password hashed in a thread while requests are answered.
app = FastAPI()


def hashed(password: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 300_000).hex()


@app.post("/login")
async def login(password: str) -> str:
    return await asyncio.to_thread(hashed, password)


@app.get("/")
async def root() -> str:
    return "here"


async def main() -> None:
    async with fixtures.client(app) as client:
        answer = asyncio.create_task(client.post("/login?password=x"))
        for _ in range(5):
            assert (await client.get("/")).status_code == 200
            await asyncio.sleep(0.01)
        assert (await answer).status_code == 200


# %% place_selector_of_ones_own: A loop in a thread with a selector that counts: to wait in there
# and: is the loop's own business.
class Counting(selectors.DefaultSelector):
    times = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        self.times += 1
        return super().select(timeout)


def elsewhere() -> int:
    counting = Counting()
    with asyncio.Runner(loop_factory=lambda: asyncio.SelectorEventLoop(counting)) as runner:
        runner.run(asyncio.sleep(0.2))
    return counting.times


async def main() -> None:
    assert await asyncio.to_thread(elsewhere)


# %% popen_awaited_in_a_thread: A `Popen` started by a coroutine and awaited in a thread.
async def main() -> None:
    child = subprocess.Popen(["sleep", "0.1"])
    assert await asyncio.to_thread(child.wait) == 0


# %% process_joined_in_a_thread: A process started by a coroutine and joined in a thread.
async def main() -> None:
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(0.1,))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode == 0


# %% reply_from_a_thread: A thread that replies through `call_soon_threadsafe` and is joined when
# and: it has ended.
async def main() -> None:
    loop = asyncio.get_running_loop()
    done = asyncio.Event()

    def work() -> None:
        time.sleep(0.1)
        loop.call_soon_threadsafe(done.set)

    thread = threading.Thread(target=work)
    thread.start()
    await done.wait()
    await asyncio.sleep(0.05)
    while thread.is_alive():
        await asyncio.sleep(0.01)
    thread.join()


# %% sleep_itself_in_an_anyio_thread: `time.sleep` in an anyio thread.
async def main() -> None:
    await anyio.to_thread.run_sync(time.sleep, 0.15)


# %% sleep_itself_in_an_executor: `time.sleep` in the loop's own executor.
async def main() -> None:
    await asyncio.get_running_loop().run_in_executor(None, time.sleep, 0.15)


# %% sleep_itself_in_to_thread: `time.sleep` handed to `asyncio.to_thread`.
async def main() -> None:
    await asyncio.to_thread(time.sleep, 0.15)


# %% slow_function_patched_in: A slow function patched in for a fast one, called in a thread.
class Rates:
    @staticmethod
    def latest() -> float:
        return 1.0


def slow() -> float:
    time.sleep(0.1)
    return 1.1


async def main() -> None:
    with mock.patch.object(Rates, "latest", slow):
        assert await asyncio.to_thread(Rates.latest) == 1.1


# %% sqlite_in_a_thread: A SQLite query in a thread.
PATH = fixtures.folder() / "shop.db"


def orders() -> list[tuple[int]]:
    db = sqlite3.connect(PATH)
    with db:
        db.execute("create table orders (n)")
        db.executemany("insert into orders values (?)", [(n,) for n in range(1000)])
    rows = db.execute("select n from orders where n < 10").fetchall()
    db.close()
    return rows


async def main() -> None:
    assert len(await asyncio.to_thread(orders)) == 10


# %% test_client_in_a_thread: Starlette's `TestClient`, used in a thread.
with warnings.catch_warnings(action="ignore"):
    from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/")
async def root() -> str:
    await asyncio.sleep(0.1)
    return "here"


def check() -> int:
    with TestClient(app) as client:
        return client.get("/").status_code


async def main() -> None:
    assert await asyncio.to_thread(check) == 200


# %% thread_awaited_in_a_route: A route that hands its slow part to a thread.
app = FastAPI()


def report(name: str) -> str:
    time.sleep(0.1)
    return f"report of {name}"


@app.get("/{name}")
async def read(name: str) -> str:
    return await asyncio.to_thread(report, name)


async def main() -> None:
    async with fixtures.client(app) as client:
        answers = await asyncio.gather(client.get("/a"), client.get("/b"))
    assert [answer.json() for answer in answers] == ["report of a", "report of b"]


# %% tree_walked_in_a_thread: A folder tree walked in a thread.
def total(folder: Path) -> int:
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
    )


async def main() -> None:
    assert await asyncio.to_thread(total, fixtures.tree()) == 100_000


# %% urlopen_in_a_thread: `urlopen` in a thread, three times at once.
def fetch() -> bytes:
    with urlopen(fixtures.url()) as answer:
        return answer.read()


async def main() -> None:
    assert await asyncio.gather(*(asyncio.to_thread(fetch) for _ in range(3))) == [b"x"] * 3
