"""Files that tell when the disk is read or written, below Python's own buffers and text layers."""

from __future__ import annotations

import builtins
import io
import os
import stat
import sys
from collections.abc import Callable
from functools import partial
from types import FrameType
from typing import Any

from graders.kit.instruments.replacements import Replacements, stand_in
from graders.kit.instruments.watch import grey
from graders.kit.instruments.watch.blame import outside
from graders.kit.instruments.watch.blocking_calls import BlockingCall
from graders.kit.instruments.watch.interception import Interception
from graders.kit.instruments.watch.waits import always, nothing_there

OPEN = BlockingCall("file", "builtins", "open", "open", weight=grey.opened)
READ = BlockingCall("file", "io", "FileIO.read", "file.read", weight=grey.read)
WRITE = BlockingCall("file", "io", "FileIO.write", "file.write", weight=grey.read)
STDIN = BlockingCall("input", "sys", "stdin", "sys.stdin.read")
PIPES = {
    READ: BlockingCall("subprocess", "io", "FileIO.read", "pipe.read"),
    WRITE: BlockingCall("subprocess", "io", "FileIO.write", "pipe.write", weight=grey.read),
}

Text = tuple[str | None, str | None, str | None]
"""Encoding, errors and newline, as `open` takes them."""

HANDED = frozenset(["anyio", "asyncio", "concurrent", "subprocess"])
"""Who opens files for the watched code without its line on the stack, or pipes to its children."""


class Files:
    """Stands in for `open`: it makes the same objects, on top of a raw file that tells."""

    def __init__(self, interception: Interception) -> None:
        self._interception = interception

    def install(self, replacements: Replacements) -> None:
        replacements.replace(io, "open", self._open)
        stands_in = io.open
        replacements.replace(builtins, "open", lambda _: stands_in)

    def _open(self, real: Any) -> Any:
        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            frame = sys._getframe(1)
            made = kwargs.get("opener") is not None  # `file` is a folder then, for `tempfile`
            if not self._asked_for(frame) or not (made or _weighs(file)):
                return real(file, mode, *args, **kwargs)
            make = partial(self._make, real, file, mode, *args, **kwargs)
            if isinstance(file, int):
                return make()
            return self._interception.during(OPEN, make, always, frame, file)

        return stand_in(real, opened, binds=False)

    def _asked_for(self, frame: FrameType) -> bool:
        caller = outside(frame)
        blame = self._interception.blame
        if caller is not None and blame.package(caller.f_code.co_filename) in HANDED:
            return True
        return blame.line(caller, "file") is not None

    def _make(
        self,
        real: Any,
        file: Any,
        mode: str,
        buffering: int = -1,
        encoding: str | None = None,
        errors: str | None = None,
        newline: str | None = None,
        closefd: bool = True,
        opener: Any = None,
    ) -> Any:
        text = (encoding, errors, newline)
        if not _plain(mode, buffering, text):  # refused, in the words of the real one
            return real(file, mode, buffering, *text, closefd, opener)
        raw = WatchedFile(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        raw.during = self._interception.during
        return _layers(raw, mode, buffering, text)


def _plain(mode: str, buffering: int, text: Text) -> bool:
    letters = set(mode)
    if len(letters) < len(mode) or letters - set("rwaxbt+") or len(letters & set("rwax")) != 1:
        return False
    if "b" in mode:
        return "t" not in mode and not any(part is not None for part in text) and buffering != 1
    return buffering != 0


def _layers(raw: WatchedFile, mode: str, buffering: int, text: Text) -> Any:
    """Buffer and text layers, as `open` documents them."""
    if buffering == 0:
        return raw
    lines = buffering == 1 or (buffering < 0 and raw.isatty())
    size = buffering if buffering > 1 else io.DEFAULT_BUFFER_SIZE
    buffer: Any
    if "+" in mode:
        buffer = io.BufferedRandom(raw, size)
    else:
        buffer = io.BufferedReader(raw, size) if "r" in mode else io.BufferedWriter(raw, size)
    if "b" in mode:
        return buffer
    wrapper = io.TextIOWrapper(buffer, *text, lines)
    wrapper.mode = mode  # type: ignore[misc]
    return wrapper


class WatchedFile(io.FileIO):
    """A raw file whose reads and writes are noted."""

    during: Callable[..., Any]

    def _noted(self, call: BlockingCall, run: Callable[[], Any]) -> Any:
        if not _waits(self.fileno()):
            return run()
        if stat.S_ISFIFO(os.fstat(self.fileno()).st_mode):
            if call is READ and not nothing_there(self.fileno()):
                return run()
            call = STDIN if call is READ and self._is_stdin() else PIPES[call]
        return self.during(call, run, always, sys._getframe(2))

    def _is_stdin(self) -> bool:
        return self.fileno() == 0 or getattr(getattr(sys.stdin, "buffer", None), "raw", 0) is self

    def readinto(self, buffer: Any) -> Any:
        return self._noted(READ, partial(super().readinto, buffer))

    def readall(self) -> Any:
        return self._noted(READ, super().readall)

    def read(self, size: int | None = -1) -> Any:
        return self._noted(READ, partial(super().read, -1 if size is None else size))

    def write(self, data: Any) -> Any:
        return self._noted(WRITE, partial(super().write, data))


def _waits(fd: int) -> bool:
    return os.get_blocking(fd)


def _weighs(file: Any) -> bool:
    """Is it on a disk, or a pipe whose other end may keep us waiting?"""
    try:
        mode = os.stat(file).st_mode
    except (OSError, TypeError, ValueError):
        return not isinstance(file, int)  # to be made, or missing: the disk is asked either way
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)
