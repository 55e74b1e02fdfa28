"""The loop watch: every blocking pattern is found on its line, no correct one is."""

from __future__ import annotations

import asyncio
import builtins
import gc
import http.server
import signal
import socket
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import Watch
from tests.kit.blocking_patterns import BLOCKING
from tests.kit.correct_patterns import CORRECT
from tests.kit.watched import Program


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=[0.01])
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.fixture
def closed() -> int:
    """A port that nobody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return int(server.getsockname()[1])


def client(app: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://x")


@pytest.fixture
def write(tmp_path: Path, port: int, closed: int):
    def write(text: str) -> Program:
        folder = tmp_path / "watched"
        folder.mkdir()
        (tmp_path / "data").mkdir()
        file = tmp_path / "data" / "file.txt"
        file.write_text("some text")
        names = {"FILE": str(file), "FOLDER": str(tmp_path), "PORT": port, "CLOSED": closed}
        names["CLIENT"] = client
        return Program(folder, text, **names)

    return write


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
@pytest.mark.parametrize(("family", "call", "text"), BLOCKING.values(), ids=list(BLOCKING))
def test_a_blocking_call_is_found_on_its_line(write, family, call, text):
    """Each blocking pattern yields its family, its call and its line, and no other line."""
    program = write(text)
    watch = Watch(program.source)
    program.run(watch)
    found = [(f.family, f.call, f.file, f.line) for f in watch.findings]
    assert found[:1] == [(family, call, "program.py", program.guilty)]
    assert {f.line for f in watch.findings} == {program.guilty}
    gc.collect()


@pytest.mark.filterwarnings("ignore::ResourceWarning", "ignore::DeprecationWarning")
@pytest.mark.parametrize("text", CORRECT.values(), ids=list(CORRECT))
def test_a_correct_program_yields_nothing(write, text):
    """No correct pattern yields a finding."""
    program = write(text)
    watch = Watch(program.source)
    program.run(watch)
    assert watch.findings == []


def test_the_findings_come_in_the_order_of_the_calls_and_sleeps_are_not_merged(write):
    """Every blocking sleep is a finding of its own."""
    program = write("import time\nasync def main():\n    for n in 1, 2: time.sleep(n / 100)  # <-")
    watch = Watch(program.source)
    program.run(watch)
    short, long = watch.findings
    assert (short.line, long.line) == (program.guilty, program.guilty)
    assert short.seconds is not None
    assert long.seconds is not None
    assert 0.01 <= short.seconds <= long.seconds


def test_files_of_one_line_in_one_step_are_one_finding(write):
    """A thousand reads of one line in one step are one finding that says so."""
    program = write("async def main():\n    for _ in range(9): open(FILE).close()  # <-")
    watch = Watch(program.source)
    program.run(watch)
    assert [(f.line, f.detail) for f in watch.findings] == [(program.guilty, "9 times")]


def test_cpu_seconds_are_the_threads_own(write):
    """Processor time is counted, whatever else keeps the machine busy."""
    program = write(BLOCKING["loop in Python"][2])
    watch = Watch(program.source)
    program.run(watch)
    (finding,) = watch.findings
    assert finding.seconds is not None
    assert finding.seconds >= 0.3


def test_the_cpu_limit_is_a_parameter(write):
    """A step below the limit is no finding."""
    program = write(BLOCKING["loop in Python"][2])
    watch = Watch(program.source, cpu_limit=60)
    program.run(watch)
    assert watch.findings == []


def test_a_call_under_way_is_found_already(write):
    """A call that has not come back is a finding without a duration."""
    seen = []
    program = write("import time\nasync def main():\n    time.sleep(0.01)  # <-")
    watch = Watch(program.source)
    real = time.sleep
    try:
        time.sleep = lambda seconds: seen.extend(watch.findings) or real(seconds)
        program.run(watch)
    finally:
        time.sleep = real
    assert [(f.call, f.seconds) for f in seen] == [("time.sleep", None)]


def test_code_of_others_is_nobodys_finding(tmp_path: Path):
    """What blocks without a watched line on the stack is not held against the watched code."""

    async def main() -> None:
        time.sleep(0.01)

    with Watch(Source(tmp_path)) as watch:
        asyncio.run(main())
    assert watch.findings == []


def test_everything_is_put_back(tmp_path: Path):
    """Each replaced name is what it was before, also those a class inherits."""

    def world() -> list[object]:
        handle = asyncio.events.Handle
        names = [time.sleep, open, input, threading.Lock, threading.RLock, threading.Event.wait]
        names += [sqlite3.connect, subprocess.run, handle._run, handle.__init__]
        names += [dict(vars(socket.socket)), dict(vars(threading.Thread)), dict(vars(Path))]
        names += [signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)]
        return [*names, list(sys.meta_path), list(gc.callbacks), builtins.open]

    before, threads = world(), threading.active_count()
    with Watch(Source(tmp_path)):
        assert world() != before
    assert world() == before
    assert threading.active_count() == threads


def test_modules_imported_later_are_watched_and_put_back(write, tmp_path: Path, monkeypatch):
    """A blocking call of a module that was not there yet is found, and is itself again after."""
    (tmp_path / "pymysql.py").write_text("def connect():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    program = write("async def main():\n    import pymysql\n    pymysql.connect()  # <-")
    watch = Watch(program.source)
    program.run(watch)
    module = sys.modules.pop("pymysql")
    assert [(f.call, f.line) for f in watch.findings] == [("pymysql.connect", program.guilty)]
    assert not hasattr(module.connect, "__wrapped__")


def test_what_stands_in_behaves_as_the_original(write):
    """Locks, files and connections are what they were, apart from being watched."""
    program = write(
        """
        import io, pickle, sqlite3, threading, time
        async def main():
            lock = threading.Lock()
            assert isinstance(threading.RLock(), type(threading.RLock()))
            condition = threading.Condition(lock)
            with condition:
                condition.notify_all()
            with open(FILE, "r+", encoding="utf-8", newline="") as file:
                assert type(file) is io.TextIOWrapper and file.name == FILE and file.mode == "r+"
                assert file.read() == "some text"
            with open(FILE, "rb", 0) as file:
                assert isinstance(file, io.FileIO) and file.read(4) == b"some"
            for mode in "q", "rw", "rbt":
                try:
                    open(FILE, mode)
                except ValueError as error:
                    assert str(error)
                else:
                    raise AssertionError(mode)
            class Shelf:
                pause = time.sleep
            Shelf().pause(0)
            assert pickle.loads(pickle.dumps(time.sleep)) is time.sleep
            with sqlite3.connect(":memory:") as db:
                assert isinstance(db, sqlite3.Connection)
                db.row_factory = sqlite3.Row
                assert db.execute("select 1 as n").fetchone()["n"] == 1
            db.close()
            return True
        """
    )
    assert program.run(Watch(program.source)) is True


# --- on a virtual clock --------------------------------------------------------------


def on_virtual_time(program: Program) -> tuple[Watch, Clock]:
    clock = Clock(source=program.source)
    watch = Watch(program.source)
    with clock:
        program.run(watch, clock.loop)
    return watch, clock


def test_a_virtual_sleep_lasts_exactly_its_seconds(write):
    """A `time.sleep(1)` on a virtual clock is recorded with exactly 1.0."""
    program = write("import time\nasync def main():\n    time.sleep(1)  # <-")
    watch, clock = on_virtual_time(program)
    (finding,) = watch.findings
    assert (finding.call, finding.line, finding.seconds) == ("time.sleep", program.guilty, 1.0)
    assert clock.elapsed == 1.0


def test_a_virtual_wait_for_a_future_lasts_exactly_its_seconds(write):
    """Waiting on the loop for a worker's virtual second is recorded with exactly that."""
    program = write(
        """
        import concurrent.futures, time
        async def main():
            with concurrent.futures.ThreadPoolExecutor(1) as pool:
                pool.submit(time.sleep, 3).result()  # <-
        """
    )
    watch, _ = on_virtual_time(program)
    (finding,) = watch.findings
    assert (finding.family, finding.line, finding.seconds) == ("lock", program.guilty, 3.0)


def test_a_virtual_wait_for_a_lock_lasts_exactly_its_seconds(write):
    """The watched code's own lock lets a virtual clock go on while the loop waits for it."""
    program = write(
        """
        import asyncio, threading, time
        lock = threading.Lock()
        def hold(held):
            with lock:
                held.set()
                time.sleep(2)
        async def main():
            held = threading.Event()
            job = asyncio.create_task(asyncio.to_thread(hold, held))
            while not held.is_set():
                await asyncio.sleep(0.5)
            with lock:  # <-
                pass
            await job
        """
    )
    watch, clock = on_virtual_time(program)
    (finding,) = watch.findings
    assert (finding.call, finding.line) == ("threading.Lock.acquire", program.guilty)
    assert (finding.seconds, clock.elapsed) == (1.5, 2.0)


@pytest.mark.parametrize(
    "name", ["to_thread", "an own pool", "anyio threads", "def route and dependency"]
)
def test_a_correct_program_on_virtual_time_yields_nothing(write, name):
    """Work in threads stays no finding when the clock is virtual."""
    program = write(CORRECT[name])
    watch, clock = on_virtual_time(program)
    assert watch.findings == []
    assert clock.elapsed in (0.01, 0.02)
