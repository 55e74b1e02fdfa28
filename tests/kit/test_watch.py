"""The loop watch: every blocking pattern is found on its line, no correct one is."""

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
import threading
import time
from pathlib import Path

import pytest

from graders.kit.instruments.clock import Clock
from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import Watch
from graders.kit.instruments.watch.steps import GRAIN
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
    watch = Watch(program.source)
    program.run(watch)
    short, long = watch.findings
    assert (short.line, long.line) == (program.guilty, program.guilty)
    assert short.seconds is not None
    assert long.seconds is not None
    assert (short.seconds >= 0.01, long.seconds >= 0.02) == (True, True)


def test_files_of_one_line_in_one_step_are_one_finding(write):
    """A thousand reads of one line in one step are one finding that says so."""
    program = write("async def main():\n    for _ in range(40): open(FILE).close()  # <-")
    watch = Watch(program.source)
    program.run(watch)
    assert [(f.line, f.detail) for f in watch.findings] == [(program.guilty, "40 times")]


def test_a_small_file_is_a_note_and_no_finding(write):
    """What the page cache answers at once is said, and costs nothing."""
    program = write("async def main():\n    open(FILE).close()  # <-")
    watch = Watch(program.source)
    program.run(watch)
    assert watch.outcome == "clean"
    assert [(n.kind, n.call, n.line) for n in watch.notes] == [("note", "open", program.guilty)]


def test_a_finding_says_on_which_step_and_who_had_to_wait(write):
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
    watch = Watch(program.source)
    program.run(watch)
    (finding,) = watch.findings
    assert (finding.step, finding.held_up) == (2, 3)


def test_work_is_told_as_work_not_as_milliseconds_only(write):
    """A long computation says how far one could have counted meanwhile."""
    program = write(BURN)
    watch = Watch(program.source)
    program.run(watch)
    (finding,) = watch.findings
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
def test_who_only_asks_does_not_wait(write, question):
    """Nothing blocks that has its answer, refuses, or gives up at once."""
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
    watch = Watch(program.source)
    program.run(watch)
    assert watch.findings == []


def test_many_short_waits_in_one_step_are_a_long_one(write):
    """A loop that polls an event holds everybody up as a single wait does."""
    program = write(
        """
        import threading
        async def main():
            event = threading.Event()
            for _ in range(100): event.wait(0.001)  # <-
        """
    )
    watch = Watch(program.source)
    program.run(watch)
    (finding,) = watch.findings
    assert (finding.call, finding.line) == ("threading.Event.wait", program.guilty)
    assert finding.seconds is not None
    assert finding.seconds >= 0.1


def test_computing_beside_a_small_read_is_told_as_computing(write):
    """It is not the file that took so long."""
    program = write(
        """
        import hashlib, pathlib
        async def main():
            hashlib.pbkdf2_hmac("sha256", pathlib.Path(FILE).read_bytes(), b"x", 600_000)  # <-
        """
    )
    watch = Watch(program.source)
    program.run(watch)
    assert {(f.family, f.line) for f in watch.findings} == {("cpu", program.guilty)}
    assert {(n.family, n.line) for n in watch.notes} == {("file", program.guilty)}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_a_named_pipe_is_somebody_to_wait_for(write):
    """However little comes through it."""
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
    watch = Watch(program.source)
    lasted = program.run(watch)
    (finding,) = watch.findings
    assert (finding.call, finding.line) == ("pathlib.Path.read_text", program.guilty)
    assert finding.seconds is not None
    assert 0 < finding.seconds <= lasted


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes with names")
def test_two_waits_of_one_line_are_told_apart(write):
    """What the line has slept in all is not the second one's, nor the first one's."""
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
    watch = Watch(program.source)
    lasted = program.run(watch)
    assert [f.call for f in watch.findings] == ["pathlib.Path.read_text", "os.read"]
    assert 0 < sum(f.seconds or 0.0 for f in watch.findings) <= lasted


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_a_forked_child_finds_its_locks_free(write):
    """Locks made under the watch are as good as others when a process with threads forks."""
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
    assert program.run(Watch(program.source)) == 1


# --- what was not measured -----------------------------------------------------------


def test_where_no_loop_ran_nothing_was_measured(tmp_path: Path):
    """No findings are not "clean" if there was nothing to find them in."""
    with Watch(Source(tmp_path)) as watch:
        pass
    assert watch.outcome == "not measured"
    assert watch.unmeasured == ["no step of an asyncio event loop was seen"]


def test_a_watch_that_was_switched_off_has_measured_nothing(write):
    """Whoever puts the real functions back is told so, and is not called clean."""
    program = write(
        """
        import time
        async def main():
            time.sleep = time.sleep.__wrapped__
            time.sleep(0.01)
        """
    )
    watch = Watch(program.source)
    program.run(watch)
    assert watch.outcome == "not measured"
    assert watch.unmeasured == ["`time.sleep` was replaced under the watch"]


def test_a_name_that_is_replaced_for_a_while_and_put_back_is_measured(write):
    """Patching is no offence, if it ends."""
    program = write(
        """
        import time
        from unittest import mock
        async def main():
            with mock.patch("time.sleep"):
                time.sleep(10)
        """
    )
    watch = Watch(program.source)
    program.run(watch)
    assert watch.outcome == "clean"


# --- findings, one by one ------------------------------------------------------------


def test_cpu_seconds_are_the_threads_own(write):
    """Processor time is counted, whatever else keeps the machine busy."""
    program = write(BURN)
    watch = Watch(program.source)
    burnt = program.run(watch)
    (finding,) = watch.findings
    assert finding.seconds is not None
    assert 0.3 <= burnt <= finding.seconds <= watch.spent


def test_processor_time_of_short_steps_is_not_lost(write):
    """Steps shorter than a clock is read share its readings: together they burn what they burnt."""
    program = write(
        """
        import asyncio, time
        async def main():
            began = time.thread_time()
            for _ in range(3000): await asyncio.sleep(0)
            return time.thread_time() - began
        """
    )
    watch = Watch(program.source)
    burnt = program.run(watch)
    assert watch.spent >= burnt - 2 * GRAIN / 1e9


def test_the_limit_of_work_is_a_parameter(write):
    """A step below the limit is no finding."""
    program = write(BURN)
    watch = Watch(program.source, work=10_000_000_000)
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
    watch, clock = on_virtual_time(program)
    assert watch.findings == []
    assert clock.elapsed == 1.0
