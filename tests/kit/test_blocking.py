"""The blocking detector: what it finds, what it does not, and what it leaves as it was."""

from __future__ import annotations

import asyncio
import builtins
import gc
import os
import re
import signal
import socket
import sqlite3
import subprocess
import sys
import textwrap
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.blocking.cpu import calibration
from graders.kit.instruments.blocking.cpu.accounting import READING_LIFETIME
from graders.kit.instruments.blocking.detector import MAX_ITERATIONS
from graders.kit.instruments.blocking.steps import Exemption
from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from tests.kit.watched import Program


@pytest.fixture
def write(tmp_path: Path):
    def write(text: str) -> Program:
        folder = tmp_path / "watched"
        folder.mkdir()
        file = tmp_path / "file.txt"
        file.write_text("some text")
        return Program(folder, text, FILE=str(file), FOLDER=str(tmp_path))

    return write


BURN = """
    import time
    async def main():
        began = time.thread_time()
        while time.thread_time() < began + 0.3: pass  # <-
        return time.thread_time() - began
    """


# --- what is found -------------------------------------------------------------------
# That every kind of case is found, and no correct one, is for test_blocking_cases.py.


def test_the_findings_come_in_the_order_of_the_calls_and_sleeps_are_not_merged(write):
    """Every blocking sleep is a finding of its own."""
    program = write("import time\nasync def main():\n    for n in 1, 2: time.sleep(n / 100)  # <-")
    detector = BlockingDetector(program.source)
    program.run(detector)
    short, long = detector.findings
    assert (short.line, long.line) == (program.guilty, program.guilty)
    assert short.seconds is not None
    assert long.seconds is not None
    assert (short.seconds >= 0.01, long.seconds >= 0.02) == (True, True)


def test_files_of_one_line_in_one_step_are_one_finding(write):
    """A thousand reads of one line in one step are one finding that says so."""
    program = write("async def main():\n    for _ in range(40): open(FILE).close()  # <-")
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert [(f.line, f.detail) for f in detector.findings] == [(program.guilty, "40 times")]


def test_a_small_file_is_a_minor_finding(write):
    """What the page cache answers at once is reported, but does not block."""
    program = write("async def main():\n    open(FILE).close()  # <-")
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert detector.outcome == "clean"
    assert [(f.kind, f.call, f.line) for f in detector.minor_findings] == [
        ("note", "open", program.guilty)
    ]


def test_steps_that_are_long_together_are_a_minor_finding(write):
    """Each is within the limit, so that nothing blocks; but one line computes most of the time."""
    program = write(
        f"""
        import asyncio, time
        def work():
            end = time.thread_time() + {calibration.seconds(MAX_ITERATIONS) / 2}
            while time.thread_time() < end: pass  # <-
        async def main():
            for _ in range(40):
                work()
                await asyncio.sleep(0)
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert detector.outcome == "clean"
    # On a busy machine a sample now and then is of the line before or after.
    notes = {note.line: note for note in detector.minor_findings}
    note = notes[program.guilty]
    assert (note.family, note.call) == ("cpu", "work")
    assert note.seconds is not None
    assert note.seconds > 4 * detector.limit


def test_a_finding_says_on_which_step_and_how_many_had_to_wait(write):
    """Two tasks were ready, and a timer fell due, while the third task slept."""
    program = write(
        """
        import asyncio, time
        async def idle():
            pass
        async def main():
            await asyncio.sleep(0)
            asyncio.get_running_loop().call_later(0.001, int)
            others = [asyncio.create_task(idle()) for _ in range(2)]
            time.sleep(0.05)  # <-
            await asyncio.gather(*others)
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    (finding,) = detector.findings
    assert (finding.step, finding.held_up) == (2, 3)


def test_processor_time_is_also_described_as_an_amount_of_work(write):
    """A long computation says how far one could have counted meanwhile."""
    program = write(BURN)
    detector = BlockingDetector(program.source)
    program.run(detector)
    (finding,) = detector.findings
    assert re.fullmatch(r"as much as counting to \d+ million, where 3 are allowed", finding.detail)


QUESTIONS = {
    "a queue between processes": "multiprocessing.get_context('fork').Queue().empty()",
    "a connection": "multiprocessing.Pipe()[0].poll()",
    "a condition, for no time": "condition.wait(0)",
    "a lock, for no time": "lock.acquire(timeout=0)",
    "a barrier of one": "threading.Barrier(1).wait()",
    "what is in a pipe": "os.read(full, 1)",
    "a socket that has something": "theirs.send(b'x'), ours.recv(1)",
    "a refused sleep": "suppressed(time.sleep, -1)",
    "a refused wait": "suppressed(queue.Queue().get, timeout=-1)",
    "a short wait": "threading.Event().wait(0.001)",
}


@pytest.mark.parametrize("question", QUESTIONS.values(), ids=list(QUESTIONS))
def test_a_call_that_only_asks_does_not_wait(write, question):
    """A call does not block if it has its answer, refuses its arguments, or gives up at once."""
    program = write(
        f"""
        import contextlib, multiprocessing, os, queue, socket, threading, time
        condition, lock = threading.Condition(), threading.Lock()
        condition.acquire()
        lock.acquire()
        full, filling = os.pipe()
        os.write(filling, b"x")
        ours, theirs = socket.socketpair()
        def suppressed(call, *args, **kwargs):
            with contextlib.suppress(ValueError):
                call(*args, **kwargs)
        async def main():
            {question}
            for end in ours, theirs:
                end.close()
            os.close(full)
            os.close(filling)
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert detector.findings == []


def test_many_short_waits_in_one_step_are_a_long_one(write):
    """A loop that polls an event holds the others up as a single wait does."""
    program = write(
        """
        import threading
        async def main():
            event = threading.Event()
            for _ in range(100): event.wait(0.001)  # <-
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    (finding,) = detector.findings
    assert (finding.call, finding.line) == ("threading.Event.wait", program.guilty)
    assert finding.seconds is not None
    assert finding.seconds >= 0.1


def test_computing_beside_a_small_read_is_reported_as_computing(write):
    """The read of the file on the same line is not what took so long."""
    program = write(
        """
        import hashlib, pathlib
        async def main():
            hashlib.pbkdf2_hmac("sha256", pathlib.Path(FILE).read_bytes(), b"x", 600_000)  # <-
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert {(f.family, f.line) for f in detector.findings} == {("cpu", program.guilty)}
    assert {(n.family, n.line) for n in detector.minor_findings} == {("file", program.guilty)}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_named_pipe_is_never_minor(write):
    """Reading it means waiting for another process, however little it sends."""
    program = write(
        """
        import os, pathlib, threading, time
        path = pathlib.Path(FOLDER) / "pipe"
        os.mkfifo(path)
        def late():
            time.sleep(0.1)
            path.write_text("x")
        async def main():
            began = time.monotonic()
            threading.Thread(target=late).start()
            path.read_text()  # <-
            return time.monotonic() - began
        """
    )
    detector = BlockingDetector(program.source)
    lasted = program.run(detector)
    (finding,) = detector.findings
    assert (finding.call, finding.line) == ("pathlib.Path.read_text", program.guilty)
    assert finding.seconds is not None
    assert 0 < finding.seconds <= lasted


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_two_waits_of_one_line_are_measured_apart(write):
    """Each call has slept for as long as it took; together they took no longer than the line."""
    program = write(
        """
        import os, pathlib, threading, time
        path = pathlib.Path(FOLDER) / "pipe"
        os.mkfifo(path)
        reading, writing = os.pipe()
        def late():
            for write in lambda: path.write_text("x"), lambda: os.write(writing, b"x"):
                time.sleep(0.1)
                write()
        async def main():
            began = time.monotonic()
            threading.Thread(target=late).start()
            path.read_text(), os.read(reading, 1)  # <-
            return time.monotonic() - began
        """
    )
    detector = BlockingDetector(program.source)
    lasted = program.run(detector)
    assert [f.call for f in detector.findings] == ["pathlib.Path.read_text", "os.read"]
    assert 0 < sum(f.seconds or 0.0 for f in detector.findings) <= lasted


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_can_use_its_locks(write):
    """Intercepted locks work as plain ones do when a process with threads forks."""
    program = write(
        """
        import os, threading
        async def main():
            stop = threading.Event()
            thread = threading.Thread(target=stop.wait)
            thread.start()
            pid = os.fork()
            if pid == 0:
                os._exit(len(threading.enumerate()))
            status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            stop.set()
            thread.join()
            return status
        """
    )
    assert program.run(BlockingDetector(program.source)) == 1


# --- what was not measured -----------------------------------------------------------


def test_without_a_loop_nothing_was_measured(tmp_path: Path):
    """The outcome is not "clean" if there was no step to find anything in."""
    with BlockingDetector(Source(tmp_path)) as detector:
        pass
    assert detector.outcome == "not measured"
    assert detector.unmeasured == ["no step of an asyncio event loop was seen"]


def test_a_detector_that_was_switched_off_has_measured_nothing(write):
    """Code that puts the original functions back is not called clean, and the reason is given."""
    program = write(
        """
        import time
        async def main():
            time.sleep = time.sleep.__wrapped__
            time.sleep(0.01)
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert detector.outcome == "not measured"
    assert detector.unmeasured == [
        "`time.sleep` was replaced while the blocking detector was active"
    ]


def test_a_name_that_is_replaced_for_a_while_and_put_back_is_measured(write):
    """Patching is all right if it ends."""
    program = write(
        """
        import time
        from unittest import mock
        async def main():
            with mock.patch("time.sleep"):
                time.sleep(10)
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    assert detector.outcome == "clean"


# --- findings, one by one ------------------------------------------------------------


def test_cpu_seconds_are_those_of_the_thread(write):
    """Processor time is counted, whatever else keeps the machine busy."""
    program = write(BURN)
    detector = BlockingDetector(program.source)
    burnt = program.run(detector)
    (finding,) = detector.findings
    assert finding.seconds is not None
    assert 0.3 <= burnt <= finding.seconds <= detector.spent


def test_processor_time_of_short_steps_is_not_lost(write):
    """Short steps share readings of the clocks, and their sum is right nevertheless."""
    program = write(
        """
        import asyncio, time
        async def main():
            began = time.thread_time()
            for _ in range(3000): await asyncio.sleep(0)
            return time.thread_time() - began
        """
    )
    detector = BlockingDetector(program.source)
    burnt = program.run(detector)
    assert detector.spent >= burnt - 2 * READING_LIFETIME / 1e9


def test_the_limit_is_a_parameter(write):
    """A step below the limit is no finding."""
    program = write(BURN)
    detector = BlockingDetector(program.source, max_iterations=10_000_000_000)
    program.run(detector)
    assert detector.findings == []


def test_a_call_under_way_is_a_finding_already(write):
    """A call that has not come back is a finding without a duration."""
    seen = []
    program = write("import time\nasync def main():\n    time.sleep(0.01)  # <-")
    detector = BlockingDetector(program.source)
    real = time.sleep
    try:
        time.sleep = lambda seconds: seen.extend(detector.findings) or real(seconds)
        program.run(detector)
    finally:
        time.sleep = real
    assert [(f.call, f.seconds) for f in seen] == [("time.sleep", None)]


def test_only_watched_code_is_reported(tmp_path: Path):
    """A call that blocks without a watched line on the stack is no finding."""

    async def main() -> None:
        time.sleep(0.01)

    with BlockingDetector(Source(tmp_path)) as detector:
        asyncio.run(main())
    assert detector.findings == []


def test_everything_is_put_back(tmp_path: Path, own_handler: object):
    """Each replaced name is what it was before, including those that a class inherits."""

    def state() -> list[object]:
        handle = asyncio.events.Handle
        names = [time.sleep, open, input, threading.Lock, threading.RLock, threading.Event.wait]
        names += [sqlite3.connect, subprocess.run, handle._run, handle.__init__]
        names += [dict(vars(socket.socket)), dict(vars(threading.Thread)), dict(vars(Path))]
        names += [signal.getsignal(signal.SIGPROF), signal.getitimer(signal.ITIMER_PROF)]
        return [*names, list(sys.meta_path), list(gc.callbacks), builtins.open]

    before, threads = state(), threading.active_count()
    with BlockingDetector(Source(tmp_path)):
        assert state() != before
    assert state() == before
    assert signal.getsignal(signal.SIGPROF) is own_handler
    assert threading.active_count() == threads


@pytest.fixture
def own_handler() -> Iterator[object]:
    """A handler of the program's own for the signal of the timer."""

    def handler(*_: object) -> None:
        """Is only compared."""

    before = signal.signal(signal.SIGPROF, handler)
    yield handler
    signal.signal(signal.SIGPROF, before)


@pytest.mark.skipif(not hasattr(signal, "SIGPROF"), reason="no such timer")
def test_a_signal_of_the_timer_that_comes_late_does_no_harm(tmp_path: Path):
    """Its last one may be on its way to another thread when it is stopped: what is the default for
    it would end the process."""
    program = (
        "import signal, sys\n"
        "from pathlib import Path\n"
        "from graders.kit.instruments.blocking import BlockingDetector\n"
        "from graders.kit.instruments.source import Source\n"
        "with BlockingDetector(Source(Path(sys.argv[1]))): pass\n"
        "signal.raise_signal(signal.SIGPROF)\n"
        "print('alive')\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, str(tmp_path)],
        cwd=Path(__file__).parents[2],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (0, "alive\n"), done.stderr


def test_modules_imported_later_are_intercepted_and_put_back(write, tmp_path: Path, monkeypatch):
    """A blocking call of a module that was not imported yet is found, and is put back as well."""
    (tmp_path / "pymysql.py").write_text("def connect():\n    pass\n")
    monkeypatch.syspath_prepend(tmp_path)
    program = write("async def main():\n    import pymysql\n    pymysql.connect()  # <-")
    detector = BlockingDetector(program.source)
    program.run(detector)
    module = sys.modules.pop("pymysql")
    assert [(f.call, f.line) for f in detector.findings] == [("pymysql.connect", program.guilty)]
    assert not hasattr(module.connect, "__wrapped__")


PSYCOPG2 = {
    "__init__.py": """
        from psycopg2.extensions import connection
        def connect(dsn=None, connection_factory=None, cursor_factory=None, **kwargs):
            made = (connection_factory or connection)()
            made.cursor_factory = cursor_factory
            return made
        """,
    "extensions.py": """
        class cursor:
            def execute(self, query):
                return self
        class connection:
            cursor_factory, begun = None, 0
            def cursor(self, name=None, cursor_factory=None):
                return (cursor_factory or cursor)()
            def get_transaction_status(self):
                return self.begun
            def commit(self):
                self.begun = 0
            rollback = commit
        cursor.executemany = cursor.callproc = cursor.execute
        """,
}
"""A driver as psycopg2 is, whose queries take no time at all."""


def test_queries_of_psycopg2_are_found_however_short(write, tmp_path: Path, monkeypatch):
    """By cursors of every class; to commit is found where there is something to commit."""
    (tmp_path / "psycopg2").mkdir()
    for name, text in PSYCOPG2.items():
        (tmp_path / "psycopg2" / name).write_text(textwrap.dedent(text))
    monkeypatch.syspath_prepend(tmp_path)
    program = write(
        """
        import psycopg2
        from psycopg2.extensions import cursor
        class Rows(cursor):
            pass
        shop, kept = psycopg2.connect("shop"), psycopg2.connect("shop", cursor_factory=Rows)
        async def main():
            shop.commit()
            shop.cursor().execute("select 1")
            shop.cursor(cursor_factory=Rows).execute("select 2")
            kept.cursor().executemany("select 3")
            shop.begun = 1
            shop.commit()  # <-
        """
    )
    detector = BlockingDetector(program.source)
    program.run(detector)
    for name in ("psycopg2", "psycopg2.extensions"):
        del sys.modules[name]
    last = program.guilty
    assert [(f.family, f.call, f.line) for f in detector.findings] == [
        ("database", "psycopg2.cursor.execute", last - 4),
        ("database", "psycopg2.Rows.execute", last - 3),
        ("database", "psycopg2.Rows.executemany", last - 2),
        ("database", "psycopg2.connection.commit", last),
    ]


def test_wrappers_behave_as_the_originals(write):
    """Locks, files and connections are what they were, apart from being intercepted."""
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
    assert program.run(BlockingDetector(program.source)) is True


# --- on a virtual clock --------------------------------------------------------------


def on_virtual_time(program: Program) -> tuple[BlockingDetector, Clock]:
    clock = Clock(source=program.source)
    detector = BlockingDetector(program.source)
    with clock:
        program.run(detector, clock.loop)
    return detector, clock


def test_a_virtual_sleep_lasts_exactly_its_seconds(write):
    """A `time.sleep(1)` on a virtual clock is recorded with exactly 1.0."""
    program = write("import time\nasync def main():\n    time.sleep(1)  # <-")
    detector, clock = on_virtual_time(program)
    (finding,) = detector.findings
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
    detector, _ = on_virtual_time(program)
    (finding,) = detector.findings
    assert (finding.family, finding.line, finding.seconds) == ("lock", program.guilty, 3.0)


def test_a_virtual_wait_for_a_lock_lasts_exactly_its_seconds(write):
    """A virtual clock goes on while the loop waits for a lock of the watched code."""
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
    detector, clock = on_virtual_time(program)
    (finding,) = detector.findings
    assert (finding.call, finding.line) == ("threading.Lock.acquire", program.guilty)
    assert (finding.seconds, clock.elapsed) == (1.5, 2.0)


OFFLOADED = {
    "to_thread": "await asyncio.to_thread(time.sleep, 1)",
    "an own pool": "await asyncio.get_running_loop().run_in_executor(pool, time.sleep, 1)",
    "anyio": "await anyio.to_thread.run_sync(time.sleep, 1)",
}


@pytest.mark.parametrize("call", OFFLOADED.values(), ids=list(OFFLOADED))
def test_a_sleep_in_a_worker_is_virtual_and_no_finding(write, call):
    """Three threads sleep a second each at once: one second of virtual time, and nothing blocks."""
    program = write(
        f"""
        import anyio.to_thread, asyncio, time
        from concurrent.futures import ThreadPoolExecutor
        pool = ThreadPoolExecutor()
        async def one():
            {call}
        async def main():
            await asyncio.gather(one(), one(), one())
            pool.shutdown()
        """
    )
    detector, clock = on_virtual_time(program)
    assert detector.findings == []
    assert clock.elapsed == 1.0


def test_an_exemption_may_be_interrupted_by_another_while_it_ends():
    """A signal handler, or a garbage collection, enters and leaves on the same thread."""

    class Interrupted(list[int]):
        def pop(self, *index: Any) -> int:
            began = super().pop(*index)
            if interrupted := not self and not interruptions:
                interruptions.append(interrupted)
                exemption.enter()
                exemption.leave()
            return began

    interruptions: list[bool] = []
    exemption = Exemption({})
    thread = threading.get_ident()
    exemption._entered[thread] = Interrupted([time.thread_time_ns()])

    exemption.leave()

    assert interruptions
    assert not exemption.is_entered(thread)
