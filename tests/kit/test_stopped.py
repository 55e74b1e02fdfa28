"""A process that is stopped and goes on: the time in between is nobody's, and no wait of its code.

Ctrl-Z and `fg`, a debugger, a container that is frozen, a laptop that is closed.
"""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.judge.kernel_observer import ThreadProbe
from tests.kit.watched import Program

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="/proc says who is stopped")

CONTINUE = """
import os, signal, sys, time
parent = os.getppid()
def state():
    with open(f"/proc/{parent}/stat") as file:
        return file.read().rpartition(")")[2].split()[0]
print("ready", flush=True)
while True:
    if state() == "T":
        time.sleep(0.3)
        os.kill(parent, signal.SIGCONT)
    time.sleep(0.001)
"""
"""Whenever its parent has stopped itself, lets it go on after 0.3 seconds."""

STOPS = """
import os, signal, subprocess, sys, threading, time

def waker():
    process = subprocess.Popen([sys.executable, "-c", CONTINUE], stdout=subprocess.PIPE)
    process.stdout.readline()
    return process

def stop():
    os.kill(os.getpid(), signal.SIGSTOP); sum(n for n in range(50_000))  # still the same line
"""


def program(folder: Path, text: str) -> Program:
    folder.mkdir()
    return Program(folder, dedent(STOPS) + dedent(text), CONTINUE=CONTINUE)


@pytest.mark.parametrize("portable", [False, True], ids=["kernel", "portable"])
def test_a_step_that_is_stopped_has_not_slept(tmp_path: Path, portable: bool):
    watched = program(
        tmp_path / "watched",
        """
        process = waker()

        async def main():
            for _ in range(5):
                stop()
                await asyncio.sleep(0)
            return process

        import asyncio
        """,
    )
    detector = BlockingDetector(watched.source, portable=portable)
    with watched.run(detector) as waker:
        waker.kill()
    assert detector.findings == []


def test_a_short_wait_for_a_lock_that_is_stopped_is_still_short(tmp_path: Path):
    """Another thread has the lock when all of the process stops, and gives it back at once."""
    watched = program(
        tmp_path / "watched",
        """
        import asyncio

        process = waker()
        lock = threading.Lock()
        held, wanted, passed = (threading.Event() for _ in range(3))

        def holder():
            for _ in range(5):
                with lock:
                    held.set()
                    wanted.wait()
                    stop()
                wanted.clear()
                passed.wait()
                passed.clear()

        async def main():
            thread = threading.Thread(target=holder)
            thread.start()
            for _ in range(5):
                await asyncio.to_thread(held.wait)
                held.clear()
                wanted.set()
                with lock:
                    pass
                passed.set()
            await asyncio.to_thread(thread.join)
            return process
        """,
    )
    detector = BlockingDetector(watched.source)
    with watched.run(detector) as waker:
        waker.kill()
    assert [finding for finding in detector.findings if finding.kind == "blocking"] == []


def until(true: Callable[[], bool]) -> None:
    while not true():
        time.sleep(0.001)


def state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_from_outside_a_process_that_is_stopped_does_not_sleep():
    """It was stopped in the middle of a call that would count."""
    command = [sys.executable, "-c", "import os; print(flush=True); os.read(0, 1)"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.readline()
        until(lambda: state(process.pid) == "S")
        process.send_signal(signal.SIGSTOP)
        until(lambda: state(process.pid) == "T")
        probe = ThreadProbe()
        probe.find(process.pid)
        probe.begin()
        for _ in range(20):
            time.sleep(0.005)
            probe.look()
        stopped = probe.tally.finding()
        process.send_signal(signal.SIGCONT)
        until(lambda: state(process.pid) == "S")
        for _ in range(100):
            time.sleep(0.005)
            probe.look()
        awake = probe.tally.finding()
        probe.end()
        process.communicate(b"x")
    assert stopped is None
    assert awake is not None
    assert awake.call == "read"
