"""Files whose reads and writes of the disk are intercepted.

The replacement of `open` builds the same objects as the original, buffers and text layers included,
on top of a raw file of ours. So what is intercepted is what reaches the system: a loop over the
lines of a file is one read for every 8 KiB, not one for every line.
"""

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

from graders.kit.instruments.blocking.calls import cost
from graders.kit.instruments.blocking.calls.interception import Interception
from graders.kit.instruments.blocking.calls.predicates import always, nothing_there
from graders.kit.instruments.blocking.calls.table import BlockingCall, MinorCall
from graders.kit.instruments.blocking.sleep.meter import OUTPUT_DESCRIPTORS
from graders.kit.instruments.frames import outside_instruments, package_of
from graders.kit.instruments.patching import Patches, wrap

OPEN = MinorCall("file", "builtins", "open", "open", cost=cost.opened)
READ = MinorCall("file", "io", "FileIO.read", "file.read", cost=cost.read)
WRITE = MinorCall("file", "io", "FileIO.write", "file.write", cost=cost.read)
STDIN = BlockingCall("input", "sys", "stdin", "sys.stdin.read")
READ_PIPE = BlockingCall("subprocess", "io", "FileIO.read", "pipe.read")
WRITE_PIPE = MinorCall("subprocess", "io", "FileIO.write", "pipe.write", cost=cost.read)

Text = tuple[str | None, str | None, str | None]
"""Encoding, errors and newline, as `open` takes them."""

OPENING_FOR_OTHERS = frozenset(["anyio", "asyncio", "concurrent", "subprocess"])
"""Packages that open files for watched code without its line on the stack, or pipes to its child
processes. Who is responsible is decided when the file is read or written."""


class Files:
    """Replaces `open` and `io.open`."""

    def __init__(self, interception: Interception) -> None:
        self._interception = interception

    def install(self, patches: Patches) -> None:
        """From now on, until the patches are undone."""
        patches.replace(io, "open", self._wrap_open)
        replacement = io.open
        patches.replace(builtins, "open", lambda _: replacement)

    def _wrap_open(self, real: Any) -> Any:
        def opened(file: Any, mode: str = "r", *args: Any, **kwargs: Any) -> Any:
            frame = sys._getframe(1)
            by_opener = kwargs.get("opener") is not None  # for `tempfile`, `file` is a folder then
            if not self._is_watched(frame) or not (by_opener or _is_slow(file)):
                return real(file, mode, *args, **kwargs)
            make = partial(self._make, real, file, mode, *args, **kwargs)
            if isinstance(file, int):
                return make()
            return self._interception.run_call(OPEN, make, always, frame, file)

        return wrap(real, opened, binds=False)

    def _is_watched(self, frame: FrameType) -> bool:
        caller = outside_instruments(frame)
        if caller is not None and package_of(caller.f_code.co_filename) in OPENING_FOR_OTHERS:
            return True
        return self._interception.attribution.line(caller, "file") is not None

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
        if not _is_valid(mode, buffering, text):  # the original refuses them in its own words
            return real(file, mode, buffering, *text, closefd, opener)
        raw = WatchedFile(file, mode.replace("b", "").replace("t", ""), closefd, opener)
        raw.run_call = self._interception.run_call
        return _layers(raw, mode, buffering, text)


def _is_valid(mode: str, buffering: int, text: Text) -> bool:
    letters = set(mode)
    if len(letters) < len(mode) or letters - set("rwaxbt+") or len(letters & set("rwax")) != 1:
        return False
    if "b" in mode:
        return "t" not in mode and not any(part is not None for part in text) and buffering != 1
    return buffering != 0


def _layers(raw: WatchedFile, mode: str, buffering: int, text: Text) -> Any:
    """The buffer and the text layer on top of a raw file, as the documentation of `open` says."""
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
    """A raw file whose reads and writes are intercepted."""

    run_call: Callable[..., Any]

    def _run(self, call: BlockingCall, run: Callable[[], Any]) -> Any:
        descriptor = self.fileno()
        if not os.get_blocking(descriptor) or (call is WRITE and descriptor in OUTPUT_DESCRIPTORS):
            return run()
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            if call is READ:
                if not nothing_there(descriptor):
                    return run()
                call = STDIN if self._is_stdin() else READ_PIPE
            else:
                call = WRITE_PIPE
        return self.run_call(call, run, always, sys._getframe(2))

    def _is_stdin(self) -> bool:
        return self.fileno() == 0 or getattr(getattr(sys.stdin, "buffer", None), "raw", 0) is self

    def readinto(self, buffer: Any) -> Any:
        """As that of `io.FileIO`, like those below: how many bytes, None if none is there yet."""
        return self._run(READ, partial(super().readinto, buffer))

    def readall(self) -> Any:
        """All bytes up to the end."""
        return self._run(READ, super().readall)

    def read(self, size: int | None = -1) -> Any:
        """At most `size` bytes; all up to the end if it is negative or None."""
        return self._run(READ, partial(super().read, -1 if size is None else size))

    def write(self, data: Any) -> Any:
        """How many bytes of `data` were written."""
        return self._run(WRITE, partial(super().write, data))


def _is_slow(file: Any) -> bool:
    """Whether it is on a disk, or a pipe whose other end may keep us waiting."""
    try:
        mode = os.stat(file).st_mode
    except (OSError, TypeError, ValueError):
        return not isinstance(file, int)  # it does not exist: the disk is asked anyway
    return stat.S_ISREG(mode) or stat.S_ISFIFO(mode)
