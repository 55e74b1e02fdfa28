"""Whose doing is a call? The watched line behind it, unless a library did what it should."""

from __future__ import annotations

import os
import sysconfig
from types import FrameType

from graders.kit.instruments.source import Source
from graders.kit.shared.record import Line

CORRECT = frozenset(
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
"""Packages that wait in the right way, or whose own reads and locks are nobody's mistake."""

STARTING = frozenset(["threading", "multiprocessing"])
"""What their `start` waits for is the first breath of a thread or a process."""

LOOPS = frozenset(["asyncio", "importlib", "runpy"])
"""Packages that may sleep on the thread of a loop: between its steps, and to import."""

WORKERS = frozenset(["concurrent/futures/thread.py", "concurrent/futures/process.py"])
"""The start and the end of pools: the waiting in there is about a worker's first breath."""

VENEERS = frozenset(
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
"""Modules whose business is files: what they open, their caller asked for."""

ASLEEP = "asleep"
"""In the place of a family: the thread does sleep, whatever the call."""

_HERE = os.path.dirname(os.path.dirname(__file__)) + os.sep
_STDLIB = sysconfig.get_path("stdlib") + os.sep


class Blame:
    """Walks from a call outwards to the watched line that answers for it."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._packages: dict[str, str] = {}

    def line(self, frame: FrameType | None, family: str = "") -> Line | None:
        """The watched line behind `frame`; None if there is none, or nothing to answer for.

        A library that opens files of its own (certificates, templates, time
        zones) is not blamed on its caller: `file` wants nothing but veneers
        in between. For what sleeps, be it seldom, hardly anybody is excused.
        """
        frame = outside(frame)
        while frame is not None:
            filename = frame.f_code.co_filename
            if self._source.owns(filename):
                return self._source.frame(frame)
            if self.excuses(filename, frame.f_code.co_name, family):
                return None
            frame = outside(frame.f_back)
        return None

    def scheduler(self, frame: FrameType | None) -> Line | None:
        """The watched line that handed something to the loop, directly."""
        frame = outside(frame)
        while frame is not None and self.package(frame.f_code.co_filename) == "asyncio":
            frame = outside(frame.f_back)
        owned = frame is not None and self._source.owns(frame.f_code.co_filename)
        return self._source.frame(frame) if owned else None

    def excuses(self, filename: str, function: str, family: str) -> bool:
        """Is a call from here nobody's mistake?"""
        package = self.package(filename)
        if family == "file":
            return package not in VENEERS
        if package == "httpx" and family == "http":
            return False  # the synchronous client is never right on the loop
        if package in STARTING and function == "start":
            return True
        if family == ASLEEP:
            return package in LOOPS
        return package in CORRECT or filename.removeprefix(_STDLIB) in WORKERS

    def package(self, filename: str) -> str:
        """The top-level package a file belongs to; empty where that is not clear."""
        found = self._packages.get(filename)
        if found is None:
            found = self._packages[filename] = _package(filename)
        return found


def outside(frame: FrameType | None) -> FrameType | None:
    """The first frame at or above this one that is not an instrument's own."""
    while frame is not None and frame.f_code.co_filename.startswith(_HERE):
        frame = frame.f_back
    return frame


def _package(filename: str) -> str:
    for mark in ("/site-packages/", "/dist-packages/", _STDLIB):
        _, found, rest = filename.replace(os.sep, "/").rpartition(mark.replace(os.sep, "/"))
        if found:
            return rest.split("/")[0].removesuffix(".py")
    if filename.startswith("<frozen "):
        return filename.removeprefix("<frozen ").split(".")[0].rstrip(">")
    return ""
