"""Grey calls: what is too small to be called blocking, until there is enough of it.

A small file of this machine, or its own name, is answered from memory: worth a note,
and no more. How long it took says nothing, on a busy machine, so the work is
counted: pages of a file, entries of a folder. The same line with a big file is
blocking, and so is a loop over many small ones, in one step of the event loop.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, islice
from typing import Any

PAGE = 4096
"""Bytes that count as one."""

ENTRIES = 64
"""Names in a folder, or rows of a result, that count as one."""

ENOUGH = 16
"""So many in one step, by one line, are blocking: 64 KiB, or sixteen calls."""

Weight = Callable[..., int]
"""Called with a call's result, then its own arguments: how much was it?"""


def one(*_: Any, **__: Any) -> int:
    return 1


def pages(size: int) -> int:
    return 1 + size // PAGE


def read(result: Any, *_: Any, **__: Any) -> int:
    """Of a call that gives back what it read, or how many bytes."""
    return pages(result if isinstance(result, int) else len(result or b""))


def of_descriptor(result: Any, descriptor: Any, *_: Any, **__: Any) -> int:
    """The same, of a descriptor: behind an empty pipe is somebody to wait for."""
    with suppress(OSError, TypeError):
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return ENOUGH
    return read(result)


def opened(_: Any, file: Any, *__: Any, **___: Any) -> int:
    """A pipe with a name is opened when somebody else opens the other end."""
    with suppress(OSError, TypeError, ValueError):
        if stat.S_ISFIFO(os.stat(file).st_mode):
            return ENOUGH
    return 1


def loaded(result: Any, path: Any, *_: Any, **__: Any) -> int:
    """Of a call that opens a file, reads all there is and gives it back."""
    return max(opened(result, path), read(result))


def looked_up(_: Any, host: Any = None, *__: Any, **___: Any) -> int:
    """This machine's own names are found in a file of this machine."""
    name = host[0] if isinstance(host, tuple) else host
    name = name.decode(errors="replace") if isinstance(name, bytes) else str(name or "localhost")
    own = name in ("localhost", "::1", socket.gethostname()) or name.startswith("127.")
    return 1 if own else ENOUGH


def entries(result: Any, *_: Any, **__: Any) -> int:
    return 1 + (len(result) // ENTRIES if isinstance(result, list) else 0)


def written(_: Any, __: Any, data: Any = b"", *___: Any, **____: Any) -> int:
    """Of a call whose second argument is what to write."""
    with suppress(TypeError):
        return pages(memoryview(data).nbytes if not isinstance(data, str) else len(data))
    return 1


def removed(_: Any, path: Any, *__: Any, **___: Any) -> int:
    """Of a folder that is still there: how many names, as far as it matters."""
    inside = (files + folders for _, folders, files in os.walk(path))
    return 1 + sum(1 for _ in islice(chain.from_iterable(inside), ENOUGH))


def copied(_: Any, source: Any, *__: Any, **___: Any) -> int:
    with suppress(OSError, TypeError, ValueError):
        return pages(os.stat(source).st_size)
    return 1
