"""The ledger: what was started and not ended is told with its line, and nothing else is."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import warnings
import weakref
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import asyncpg
import httpx
import pytest

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.ledger import Ledger
from graders.kit.instruments.watch import Watch
from graders.kit.judge.postgres.embedded import Embedded
from graders.kit.record import Finding
from tests.kit.watched import Program

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]

LEAKS = {
    "task": (
        "task",
        "asyncio.create_task",
        "worker is waiting at program.py:4",
        """
        import asyncio
        tasks = set()
        async def worker():
            await asyncio.sleep(60)
        async def main():
            tasks.add(asyncio.create_task(worker()))  # <-
        def tidy():
            tasks.pop().cancel()
        """,
    ),
    "task of the loop": (
        "task",
        "loop.create_task",
        "worker is waiting at program.py:4",
        """
        import asyncio
        tasks = set()
        async def worker():
            await asyncio.sleep(60)
        async def main():
            tasks.add(asyncio.get_running_loop().create_task(worker()))  # <-
        def tidy():
            tasks.pop().cancel()
        """,
    ),
    "task under an own factory": (
        "task",
        "asyncio.ensure_future",
        "worker is waiting at program.py:4",
        """
        import asyncio
        made = []
        async def worker():
            await asyncio.sleep(60)
        def factory(loop, coro, **options):
            made.append(asyncio.Task(coro, loop=loop, **options))
            return made[-1]
        async def main():
            asyncio.get_running_loop().set_task_factory(factory)
            asyncio.ensure_future(worker())  # <-
        def tidy():
            assert len(made) == 1
            made.pop().cancel()
        """,
    ),
    "forgotten task": (
        "task",
        "asyncio.create_task",
        "worker was lost before it was done",
        """
        import asyncio
        async def worker():
            await asyncio.Future()
        async def main():
            asyncio.create_task(worker())  # <-
            await asyncio.sleep(0)
        """,
    ),
    "thread": (
        "thread",
        "threading.Thread",
        "spinner is still running",
        """
        import threading
        stop = threading.Event()
        async def main():
            thread = threading.Thread(target=stop.wait, name="spinner")
            thread.start()  # <-
        def tidy():
            stop.set()
        """,
    ),
    "daemon thread": (
        "thread",
        "threading.Thread",
        "spinner is still running",
        """
        import threading
        stop = threading.Event()
        async def main():
            threading.Thread(target=stop.wait, daemon=True, name="spinner").start()  # <-
        def tidy():
            stop.set()
        """,
    ),
    "pool": (
        "thread",
        "concurrent.futures.ThreadPoolExecutor",
        "never shut down, 1 threads",
        """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        pools = []
        async def main():
            pools.append(ThreadPoolExecutor(1))  # <-
            await asyncio.get_running_loop().run_in_executor(pools[0], int)
        def tidy():
            pools.pop().shutdown()
        """,
    ),
    "process pool": (
        "process",
        "concurrent.futures.ProcessPoolExecutor",
        "never shut down, 1 processes",
        """
        import asyncio, multiprocessing
        from concurrent.futures import ProcessPoolExecutor
        pools = []
        async def main():
            fork = multiprocessing.get_context("fork")
            pools.append(ProcessPoolExecutor(1, mp_context=fork))  # <-
            await asyncio.get_running_loop().run_in_executor(pools[0], int)
        def tidy():
            pools.pop().shutdown()
        """,
    ),
    "subprocess": (
        "process",
        "subprocess.Popen",
        "is still running",
        """
        import subprocess
        children = []
        async def main():
            children.append(subprocess.Popen(["sleep", "60"]))  # <-
        def tidy():
            children[0].kill()
            children.pop().wait()
        """,
    ),
    "asyncio subprocess": (
        "process",
        "asyncio.create_subprocess_exec",
        "is still running",
        """
        import asyncio
        children = []
        async def main():
            children.append(await asyncio.create_subprocess_exec("sleep", "60"))  # <-
        def tidy():
            children.pop().kill()
        """,
    ),
    "process": (
        "process",
        "multiprocessing.Process",
        "is still running",
        """
        import multiprocessing, time
        children = []
        async def main():
            fork = multiprocessing.get_context("fork")
            children.append(fork.Process(target=time.sleep, args=[60]))
            children[0].start()  # <-
        def tidy():
            children[0].kill()
            children.pop().join()
        """,
    ),
    "client kept": (
        "client",
        "httpx.AsyncClient",
        "is not closed",
        """
        import httpx
        clients = []
        async def main():
            clients.append(httpx.AsyncClient())  # <-
        def tidy():
            clients.clear()
        """,
    ),
    "client dropped": (
        "client",
        "httpx.AsyncClient",
        "lost without being closed",
        """
        import httpx
        async def main():
            httpx.AsyncClient()  # <-
        """,
    ),
    "client of an own class": (
        "client",
        "httpx.AsyncClient",
        "lost without being closed",
        """
        import httpx
        class Api(httpx.AsyncClient):
            def __init__(self):
                super().__init__(base_url="http://x")  # <-
        async def main():
            Api()
        """,
    ),
    "synchronous client": (
        "client",
        "httpx.Client",
        "lost without being closed",
        "import httpx\nasync def main():\n    httpx.Client()  # <-",
    ),
    "coroutine": (
        "coroutine",
        "work",
        "was never awaited",
        "async def work():\n    pass\nasync def main():\n    work()  # <-",
    ),
    "coroutine of a library": (
        "coroutine",
        "sleep",
        "was never awaited",
        "import asyncio\nasync def main():\n    asyncio.sleep(1)  # <-",
    ),
    "exception in a task": (
        "exception",
        "asyncio.create_task",
        "ValueError: no",
        """
        import asyncio
        async def work():
            raise ValueError("no")  # <-
        async def main():
            asyncio.create_task(work())
        """,
    ),
    "exception in a task that is kept": (
        "exception",
        "asyncio.create_task",
        "ValueError: no",
        """
        import asyncio
        tasks = set()
        async def work():
            raise ValueError("no")  # <-
        async def main():
            tasks.add(asyncio.create_task(work()))
        def tidy():
            tasks.pop().exception()
        """,
    ),
    "exception in a callback": (
        "exception",
        "callback",
        "ZeroDivisionError: division by zero",
        """
        import asyncio
        def burst():
            1 / 0  # <-
        async def main():
            asyncio.get_running_loop().call_soon(burst)
        """,
    ),
    "exception in a thread": (
        "exception",
        "threading.Thread",
        "ZeroDivisionError: division by zero",
        """
        import asyncio, threading
        def burst():
            1 / 0  # <-
        async def main():
            thread = threading.Thread(target=burst)
            thread.start()
            await asyncio.to_thread(thread.join)
        """,
    ),
    "exception in a destructor": (
        "exception",
        "__del__",
        "ZeroDivisionError: division by zero",
        """
        class Box:
            def __del__(self):
                1 / 0  # <-
        async def main():
            Box()
        """,
    ),
}


def leaks(program: Program, loop_factory=None) -> list[Finding]:
    """What the ledger says after `main()`; then the program tidies up."""

    async def scenario(module: ModuleType, ledger: Ledger) -> list[Finding]:
        loop = asyncio.get_running_loop()
        if loop.get_exception_handler() is None:
            loop.set_exception_handler(lambda *_: None)  # no noise on stderr
        await module.main()
        found = await ledger.close()
        assert found == ledger.findings
        if hasattr(module, "tidy"):
            module.tidy()
        await asyncio.sleep(0)
        return found

    quiet = sys.unraisablehook, threading.excepthook
    sys.unraisablehook = threading.excepthook = lambda _: None
    try:
        with Ledger(program.source) as ledger, asyncio.Runner(loop_factory=loop_factory) as runner:
            return runner.run(scenario(program.load(), ledger))
    finally:
        sys.unraisablehook, threading.excepthook = quiet


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str, **names: object) -> Program:
        return Program(tmp_path, text, **names)

    return write


@pytest.mark.parametrize(("family", "call", "detail", "text"), LEAKS.values(), ids=list(LEAKS))
def test_a_leak_is_told_with_its_line(write, family, call, detail, text):
    """Each leak yields its family, its call, its line, and what it is doing."""
    program = write(text)
    found = [(f.kind, f.family, f.call, f.file, f.line, f.detail) for f in leaks(program)]
    assert found == [("leak", family, call, "program.py", program.guilty, detail)]


TIDY = {
    "a task awaited": """
        import asyncio
        async def main():
            await asyncio.create_task(asyncio.sleep(0))
        """,
    "a task cancelled": """
        import asyncio
        async def main():
            asyncio.create_task(asyncio.sleep(60)).cancel()
        """,
    "a task group": """
        import asyncio
        async def main():
            async with asyncio.TaskGroup() as group:
                group.create_task(asyncio.sleep(0))
        """,
    "an exception retrieved": """
        import asyncio
        async def work():
            raise ValueError
        async def main():
            await asyncio.gather(work(), work(), return_exceptions=True)
        """,
    "an exception handled by an own handler": """
        import asyncio
        seen = []
        async def main():
            loop = asyncio.get_running_loop()
            loop.set_exception_handler(lambda loop, context: seen.append(context))
            loop.call_soon(lambda: 1 / 0)
            await asyncio.sleep(0)
            await asyncio.sleep(0)
            assert seen
        """,
    "to_thread": """
        import asyncio
        async def main():
            await asyncio.to_thread(int)
        """,
    "anyio threads": """
        import anyio.to_thread
        async def main():
            await anyio.to_thread.run_sync(int)
        """,
    "the loop's own executor replaced": """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(1))
            await asyncio.to_thread(int)
        """,
    "a pool shut down": """
        import asyncio
        from concurrent.futures import ThreadPoolExecutor
        async def main():
            with ThreadPoolExecutor(1) as pool:
                await asyncio.get_running_loop().run_in_executor(pool, int)
        """,
    "a thread about to end": """
        import threading, time
        async def main():
            threading.Thread(target=time.sleep, args=[0.02]).start()
        """,
    "a subprocess waited for": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec("true")
            await child.wait()
        """,
    "a subprocess killed": """
        import asyncio
        async def main():
            child = await asyncio.create_subprocess_exec("sleep", "60")
            child.kill()
            await child.wait()
        """,
    "subprocess.run in a thread": """
        import asyncio, subprocess
        async def main():
            await asyncio.to_thread(subprocess.run, ["true"])
        """,
    "clients closed": """
        import httpx
        async def main():
            async with httpx.AsyncClient():
                pass
            client = httpx.AsyncClient()
            await client.aclose()
            with httpx.Client():
                pass
            httpx.Client().close()
        """,
    "a client of an own class closed": """
        import httpx
        class Api(httpx.AsyncClient):
            async def aclose(self):
                await super().aclose()
        async def main():
            await Api().aclose()
        """,
    "a request through an app with background work": """
        import httpx
        from fastapi import BackgroundTasks, FastAPI
        app = FastAPI()
        @app.middleware("http")
        async def through(request, call_next):
            return await call_next(request)
        @app.get("/")
        def root(tasks: BackgroundTasks):
            tasks.add_task(int)
        async def main():
            transport = httpx.ASGITransport(app=app)
            async with httpx.AsyncClient(transport=transport, base_url="http://x") as client:
                await client.get("/")
        """,
    "a task just finished": """
        import asyncio
        async def main():
            asyncio.create_task(asyncio.sleep(0))
        """,
}


@pytest.mark.parametrize("text", TIDY.values(), ids=list(TIDY))
def test_what_was_ended_is_no_leak(write, text):
    """A program that ends what it starts leaves an empty ledger."""
    assert leaks(write(text)) == []


def test_what_others_start_is_not_entered(write):
    """Only what watched code started is told of."""

    async def scenario(ledger: Ledger) -> list[Finding]:
        task = asyncio.create_task(asyncio.sleep(60))
        client = httpx.AsyncClient()
        asyncio.sleep(0)
        found = await ledger.close()
        task.cancel()
        await client.aclose()
        return found

    with Ledger(write("").source) as ledger, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert asyncio.run(scenario(ledger)) == []


def test_a_forgotten_task_can_still_be_collected(write):
    """The ledger keeps nothing alive."""
    program = write(
        """
        import asyncio, weakref
        async def main():
            task = asyncio.create_task(asyncio.sleep(0))
            await task
            return weakref.ref(task)
        """
    )
    task: weakref.ref[object] = program.run(Ledger(program.source))
    gc.collect()
    assert task() is None


def test_everything_is_put_back(write):
    """Each replaced name is what it was before, also coroutine origins and hooks."""

    def world() -> list[object]:
        loop, thread = asyncio.BaseEventLoop, threading.Thread
        owners = (loop, thread, subprocess.Popen, httpx.AsyncClient, asyncpg.Pool)
        hooks = [
            sys.unraisablehook,
            threading.excepthook,
            sys.get_coroutine_origin_tracking_depth(),
        ]
        return [
            *(dict(vars(owner)) for owner in owners),
            *hooks,
            dict(vars(warnings)),
            asyncpg.connect,
        ]

    before = world()
    with Ledger(write("").source):
        assert world() != before
    assert world() == before


def test_watch_and_ledger_go_together_on_a_virtual_clock(write):
    """Both instruments tell the same on a virtual clock, where a leaked sleeper costs no time."""
    program = write(
        """
        import asyncio, time
        tasks = set()
        async def worker():
            await asyncio.sleep(60)
        async def main():
            tasks.add(asyncio.create_task(worker()))
            await asyncio.sleep(1)
            time.sleep(1)
        def tidy():
            tasks.pop().cancel()
        """
    )
    clock, watch = Clock(source=program.source), Watch(program.source)
    with clock, watch:
        found = leaks(program, clock.loop)
    assert [(f.family, f.line, f.detail) for f in found] == [
        ("task", 6, "worker is waiting at program.py:4")
    ]
    assert [(f.call, f.line, f.seconds) for f in watch.findings] == [("time.sleep", 8, 1.0)]
    assert clock.elapsed == 2.0


# --- PostgreSQL ----------------------------------------------------------------------


@pytest.fixture(scope="module")
def dsn() -> Iterator[str]:
    server = Embedded()
    server.start()
    yield server.url
    server.stop()


DATABASE = {
    "a connection": (
        "asyncpg.connect",
        "is not closed",
        """
        import asyncpg
        kept = []
        async def main():
            kept.append(await asyncpg.connect(DSN))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a connection dropped": (
        "asyncpg.connect",
        "lost without being closed",
        """
        import asyncpg
        async def main():
            connection = await asyncpg.connect(DSN)  # <-
            assert await connection.fetchval("select 1") == 1
        """,
    ),
    "a connection made in another task": (
        "asyncpg.connect",
        "is not closed",
        """
        import asyncio, asyncpg
        kept = []
        async def main():
            kept.append(await asyncio.wait_for(asyncpg.connect(DSN), 5))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a pool": (
        "asyncpg.create_pool",
        "the pool is not closed",
        """
        import asyncpg
        kept = []
        async def main():
            kept.append(await asyncpg.create_pool(DSN, min_size=1))  # <-
        def tidy():
            kept.pop().terminate()
        """,
    ),
    "a connection not given back": (
        "asyncpg.Pool.acquire",
        "not given back to the pool",
        """
        import asyncpg
        async def main():
            await POOL[0].acquire()  # <-
        """,
    ),
    "nothing": (
        None,
        None,
        """
        import asyncpg
        async def main():
            connection = await asyncpg.connect(DSN)
            await connection.close()
            (await asyncpg.connect(DSN)).terminate()
            async with asyncpg.create_pool(DSN, min_size=1) as pool:
                assert isinstance(pool, asyncpg.Pool)
                async with pool.acquire() as connection:
                    await connection.fetchval("select 1")
                await pool.fetchval("select 1")
            async with POOL[0].acquire():
                pass
        """,
    ),
}


@pytest.mark.parametrize(("call", "detail", "text"), DATABASE.values(), ids=list(DATABASE))
def test_connections_are_told_of(write, dsn, call, detail, text):
    """Connections, pools and acquired connections are leaks until they are closed or given back."""
    pool: list[asyncpg.Pool] = []
    program = write(text, DSN=dsn, POOL=pool)

    async def scenario(module: ModuleType, ledger: Ledger) -> list[Finding]:
        pool.append(await asyncpg.create_pool(dsn, min_size=1, max_size=2))
        await module.main()
        found = await ledger.close()
        getattr(module, "tidy", int)()
        pool[0].terminate()
        return found

    with Ledger(program.source) as ledger:
        found = asyncio.run(scenario(program.load(), ledger))
    expected = [("connection", call, program.guilty, detail)] if call else []
    assert [(f.family, f.call, f.line, f.detail) for f in found] == expected
