"""Attribution: which watched line is responsible for a call, if any.

Not every call that blocks is a mistake of the watched code: libraries wait for themselves, in ways
that are correct, and read files of their own. What is exempt for that reason is decided here.
"""

from __future__ import annotations

from types import FrameType

from graders.kit.instruments.frames import STDLIB, outside_instruments, package_of
from graders.kit.instruments.source import Source
from graders.kit.shared.record import Line

ASYNC_SAFE = frozenset(
    [
        "anyio",
        "asyncio",
        "asyncpg",
        "fastapi",
        "httpcore",
        "httpx",
        "importlib",
        "inspect",
        "linecache",
        "logging",
        "pydantic",
        "pydantic_core",
        "respx",
        "runpy",
        "starlette",
        "traceback",
        "uvicorn",
        "warnings",
    ]
)
"""Packages that wait correctly on a loop, or whose own reads and locks cannot be avoided."""

STARTING = frozenset(["threading", "multiprocessing"])
"""Packages whose `start` waits until the new thread or process runs: a moment, by design."""

MAY_SLEEP = frozenset(["asyncio", "importlib", "runpy"])
"""Packages that may sleep on the thread of a loop: between its steps, and while importing."""

POOLS = frozenset(["concurrent/futures/thread.py", "concurrent/futures/process.py"])
"""Modules of pools, which wait for their workers to start and to end."""

FILE_WRAPPERS = frozenset(
    [
        "bz2",
        "codecs",
        "configparser",
        "contextlib",
        "csv",
        "dbm",
        "filecmp",
        "fileinput",
        "glob",
        "gzip",
        "io",
        "json",
        "lzma",
        "mmap",
        "os",
        "pathlib",
        "pickle",
        "plistlib",
        "shelve",
        "shutil",
        "tarfile",
        "tempfile",
        "tokenize",
        "tomllib",
        "wave",
        "xml",
        "zipfile",
    ]
)
"""Modules that open files on behalf of their caller, who is responsible then."""

ASLEEP = "asleep"
"""Instead of a family: the thread does sleep, whatever the call is."""


class Attribution:
    """Finds the responsible line by walking from a call outwards through its stack."""

    def __init__(self, source: Source) -> None:
        self.source = source

    def line(self, frame: FrameType | None, family: str = "") -> Line | None:
        """The watched line that is responsible for what `frame` does.

        None if there is no watched line on the stack, or if everything between it and the call
        is exempt.
        """
        frame = outside_instruments(frame)
        while frame is not None:
            filename = frame.f_code.co_filename
            if self.source.owns(filename):
                return self.source.frame(frame)
            if self.is_exempt(filename, frame.f_code.co_name, family):
                return None
            frame = outside_instruments(frame.f_back)
        return None

    def scheduling_line(self, frame: FrameType | None) -> Line | None:
        """The watched line that handed a callback to asyncio itself; None if a library did."""
        frame = outside_instruments(frame)
        while frame is not None and package_of(frame.f_code.co_filename) == "asyncio":
            frame = outside_instruments(frame.f_back)
        owned = frame is not None and self.source.owns(frame.f_code.co_filename)
        return self.source.frame(frame) if owned else None

    def is_exempt(self, filename: str, function: str, family: str) -> bool:
        """Whether a call of this family, made from this function, is nobody's mistake.

        A library that opens files for itself (certificates, templates, time zones) does not make
        its caller responsible, so between the watched line and a `file` call only modules may
        stand that open files for their callers. For a thread that really sleeps (`ASLEEP`) hardly
        anything is exempt: however correct the library is, the loop stands still.
        """
        package = package_of(filename)
        if family == "file":
            return package not in FILE_WRAPPERS
        if package == "httpx" and family == "http":
            return False  # the synchronous client is never right on a loop
        if package in STARTING and function == "start":
            return True
        if family == ASLEEP:
            return package in MAY_SLEEP
        return package in ASYNC_SAFE or filename.removeprefix(STDLIB) in POOLS
