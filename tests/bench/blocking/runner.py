"""Runs programs under detectors, in whatever environment it is started in.

    python -m tests.bench.blocking.runner --at-once 2 watch < paths

It imports what the cases import once, and forks a child for each case: none finds
what another left behind, and one that never ends is killed with all it started. A
line of JSON comes out for each, in the order they end. A line of input may name another
detector before its path.
"""

from __future__ import annotations

import argparse
import contextlib
import faulthandler
import gc
import importlib
import json
import os
import selectors
import signal
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench.blocking import fixtures
from tests.bench.blocking.program import spent
from tests.bench.blocking.verdict import Verdict, failed

ASKED = signal.SIGQUIT
"""Asks a child to print its stacks."""

LONGEST = 60.0
"""Seconds that a case may take."""

PRELOADED = (
    "asyncio",
    "concurrent.futures.process",
    "concurrent.futures.thread",
    "encodings.idna",
    "multiprocessing.pool",
    "sqlite3",
    "ssl",
    "subprocess",
    "http.client",
    "urllib.request",
    "anyio._backends._asyncio",
    "anyio.streams.memory",
    "fastapi.responses",
    "fastapi.testclient",
    "starlette.middleware.base",
    "httpx",
    "respx",
    "asyncpg",
    "uvicorn",
    "pydantic",
)
"""What cases import: a first import is slow, and what it costs is no case's business."""


@dataclass(frozen=True)
class Job:
    detector: str
    program: Path


@dataclass
class Child:
    job: Job
    pid: int
    until: float
    said: bytes = b""

    def died(self) -> str:
        """How it ended without a word."""
        time.sleep(0.05)  # it closed its pipe a moment before
        ended = os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT)
        return f"died with status {ended.si_status}" if ended else "closed its pipe"

    def stacks(self, reading: int) -> str:
        """The stacks of its threads, in one line."""
        with contextlib.suppress(OSError):
            os.kill(self.pid, ASKED)
        time.sleep(0.5)
        with contextlib.suppress(OSError):
            os.set_blocking(reading, False)
            self.said += os.read(reading, 65536)
        return " ".join(["", *self.said.decode(errors="replace").split()])

    def end(self) -> None:
        with contextlib.suppress(OSError):
            os.killpg(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        fixtures.forget(self.pid)


def fork(job: Job) -> tuple[int, Child]:
    """A child that runs the job, and where its verdict can be read."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        os.setpgid(0, 0)
        _answer(job, writing)
    with contextlib.suppress(OSError):  # either of us does it first
        os.setpgid(pid, pid)
    os.close(writing)
    return reading, Child(job, pid, time.monotonic() + LONGEST)


def _answer(job: Job, writing: int) -> None:
    """In the child: runs the case, says what the detector said, and is gone."""
    silent = os.open(os.devnull, os.O_RDWR)
    for descriptor in range(3):
        os.dup2(silent, descriptor)
    faulthandler.register(ASKED, file=writing)
    try:
        said = _watched(job)
    except BaseException as error:
        said = failed(f"{type(error).__name__}: {error}")
    answer: dict[str, Any] = {**said, "spent": spent(job.program)}
    with os.fdopen(writing, "w") as out:
        print(json.dumps(answer), file=out)
    os._exit(0)


def _watched(job: Job) -> Verdict:
    adapter = importlib.import_module(f"tests.bench.blocking.detectors.{job.detector}")
    said: Verdict = adapter.watch(job.program)
    return said


def answers(jobs: list[Job], at_once: int) -> Iterator[tuple[Job, dict[str, Any]]]:
    """Runs the jobs, so many at a time."""
    waiting = list(reversed(jobs))
    with selectors.DefaultSelector() as running, contextlib.ExitStack() as stopped:
        stopped.callback(lambda: [key.data.end() for key in running.get_map().values()])
        while waiting or running.get_map():
            while waiting and len(running.get_map()) < at_once:
                reading, child = fork(waiting.pop())
                running.register(reading, selectors.EVENT_READ, child)
            ready = {key.fd for key, _ in running.select(0.1)}
            for key in list(running.get_map().values()):
                answer = _heard(key.fd, key.data, key.fd in ready)
                if answer is not None:
                    running.unregister(key.fd)
                    os.close(key.fd)
                    key.data.end()
                    yield key.data.job, answer


def _heard(reading: int, child: Child, ready: bool) -> dict[str, Any] | None:
    """What the child says; None while it has not finished."""
    if ready:
        read = os.read(reading, 65536)
        child.said += read
        if child.said.endswith(b"\n"):
            answer: dict[str, Any] = json.loads(child.said)
            return answer
        if not read:
            return {**failed(child.died())}
    if time.monotonic() > child.until:
        return {**failed(f"did not end within {LONGEST:.0f} seconds{child.stacks(reading)}")}
    return None


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--at-once", type=int, default=1)
    parser.add_argument("detector")
    arguments = parser.parse_args()
    words = [line.split("\t") for line in sys.stdin.read().splitlines()]
    jobs = [Job((w[:-1] or [arguments.detector])[0], Path(w[-1])) for w in words]
    sys.dont_write_bytecode = True
    for name in [*PRELOADED, f"tests.bench.blocking.detectors.{arguments.detector}"]:
        with contextlib.suppress(ImportError):  # a detector that runs nothing needs none of them
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    with fixtures.made():
        for job, answer in answers(jobs, arguments.at_once):
            said = {"program": str(job.program), "detector": job.detector, **answer}
            print(json.dumps(said), flush=True)


if __name__ == "__main__":
    main()
