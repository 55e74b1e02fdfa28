"""What minor calls cost: calls that are too small to be blocking, until they add up.

A small file of this machine, or the machine's own name, is answered from memory. That is worth a
note, and no more. How long such a call took says nothing on a busy machine, so its work is counted
instead: pages of a file, entries of a folder. The same line with a big file is blocking, and so is
a loop over many small ones in one step of the event loop.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from itertools import chain, islice
from typing import Any

from graders.kit.instruments.blocking.findings import MINOR_LIMIT

PAGE = 4096
"""Bytes that cost 1."""

ENTRIES = 64
"""Names in a folder, or rows of a result, that cost 1."""

Cost = Callable[..., int]
"""Called with the result of a call, then its own arguments. Returns what it cost: less than
`MINOR_LIMIT` for a minor call. It may raise anything if the arguments are odd."""


def constant(*_: Any, **__: Any) -> int:
    """The same for each call."""
    return 1


def pages(size: int) -> int:
    """Of so many bytes."""
    return 1 + size // PAGE


def read(result: Any, *_: Any, **__: Any) -> int:
    """Of a call that returns what it read, or the number of bytes."""
    return pages(result if isinstance(result, int) else len(result or b""))


def read_descriptor(result: Any, descriptor: Any, *_: Any, **__: Any) -> int:
    """Of a read from a descriptor. It was about to wait: at an empty pipe, for another process."""
    with suppress(OSError, TypeError):
        if stat.S_ISFIFO(os.fstat(descriptor).st_mode):
            return MINOR_LIMIT
    return read(result)


def opened(_: Any, file: Any, *__: Any, **___: Any) -> int:
    """Of opening a file. A named pipe opens when another process opens its other end."""
    with suppress(OSError, TypeError, ValueError):
        if stat.S_ISFIFO(os.stat(file).st_mode):
            return MINOR_LIMIT
    return 1


def loaded(result: Any, path: Any, *_: Any, **__: Any) -> int:
    """Of a call that opens a file, reads all of it and returns that."""
    return max(opened(result, path), read(result))


def looked_up(_: Any, host: Any = None, *__: Any, **___: Any) -> int:
    """Of looking up a name. Those of this machine are found in a file of this machine."""
    name = host[0] if isinstance(host, tuple) else host
    name = name.decode(errors="replace") if isinstance(name, bytes) else str(name or "localhost")
    own = name in ("localhost", "::1", socket.gethostname()) or name.startswith("127.")
    return 1 if own else MINOR_LIMIT


def entries(result: Any, *_: Any, **__: Any) -> int:
    """Of a call that returns a list of names or rows."""
    return 1 + (len(result) // ENTRIES if isinstance(result, list) else 0)


def written(_: Any, __: Any, data: Any = b"", *___: Any, **____: Any) -> int:
    """Of a call whose second argument is what to write."""
    with suppress(TypeError):
        return pages(memoryview(data).nbytes if not isinstance(data, str) else len(data))
    return 1


def removed(_: Any, path: Any, *__: Any, **___: Any) -> int:
    """Of removing a folder, which must still be there. Counts no further than necessary."""
    inside = (files + folders for _, folders, files in os.walk(path))
    return 1 + sum(1 for _ in islice(chain.from_iterable(inside), MINOR_LIMIT))


def copied(_: Any, source: Any, *__: Any, **___: Any) -> int:
    """Of copying a file: its pages."""
    with suppress(OSError, TypeError, ValueError):
        return pages(os.stat(source).st_size)
    return 1
