"""The ledger: what was started and not ended is reported with its line, and nothing else is."""

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

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.clock import Clock
from graders.kit.instruments.ledger import Ledger
from graders.kit.postgres.embedded import Embedded
from graders.kit.shared.record import Finding
from tests.kit.leak_patterns import DATABASE, LEAKS, TIDY
from tests.kit.watched import Program

pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::RuntimeWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning"),
]


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
def test_a_leak_is_reported_with_its_line(write, family, call, detail, text):
    """Each leak yields its family, its call, its line, and what it is doing."""
    program = write(text)
    found = [(f.kind, f.family, f.call, f.file, f.line, f.detail) for f in leaks(program)]
    assert found == [("leak", family, call, "program.py", program.guilty, detail)]


@pytest.mark.parametrize("text", TIDY.values(), ids=list(TIDY))
def test_what_was_ended_is_no_leak(write, text):
    """A program that ends what it starts leaves an empty ledger."""
    assert leaks(write(text)) == []


def test_what_others_start_is_not_tracked(write):
    """Only what watched code started is reported."""

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
    """Each patched name is what it was before, also coroutine origins and hooks."""

    def state() -> list[object]:
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

    before = state()
    with Ledger(write("").source):
        assert state() != before
    assert state() == before


def test_watch_and_ledger_go_together_on_a_virtual_clock(write):
    """Both instruments report the same on a virtual clock, where a leaked sleeper costs no time."""
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
    clock, watch = Clock(source=program.source), BlockingDetector(program.source)
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


@pytest.mark.parametrize(("call", "detail", "text"), DATABASE.values(), ids=list(DATABASE))
def test_connections_are_tracked(write, dsn, call, detail, text):
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


async def test_the_task_that_closes_the_ledger_is_no_leak(write):
    """Even if it is the watched program's own."""
    program = write("""
        import asyncio

        async def run(ledger):
            return await asyncio.create_task(ledger.close())
    """)

    with Ledger(program.source) as ledger:
        assert await program.load().run(ledger) == []
