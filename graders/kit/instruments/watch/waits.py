"""When does a blocking call wait? Predicates on a call's own arguments.

A lock that is free, a future that is done, a socket that does not block are no reason to
complain.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Waits = Callable[..., bool]
"""Called with a call's own arguments: will it wait?"""

LOCK_NB, LOCK_UN = 4, 8
"""As in `fcntl`, which is missing on Windows."""


ROOM = 4096
"""Bytes that fit into a socket's buffer if there is any room at all."""


def patient(timeout: float | None) -> bool:
    """Is there any time to wait? No time at all is a question, less than that is refused."""
    return timeout is None or timeout > 0


def always(*_: Any, **__: Any) -> bool:
    return True


def some_seconds(seconds: Any = 0, *_: Any) -> bool:
    try:
        return bool(seconds > 0)
    except TypeError:
        return False  # refused


def unset(event: Any, timeout: float | None = None) -> bool:
    return patient(timeout) and not event.is_set()


def no_permit(semaphore: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    return blocking and patient(timeout) and semaphore._value == 0


def alive(thread: Any, timeout: float | None = None) -> bool:
    return patient(timeout) and thread.is_alive()


def empty(queue: Any, block: bool = True, timeout: float | None = None) -> bool:
    return block and patient(timeout) and queue.empty()


def full(
    queue: Any, _: Any = None, block: bool = True, timeout: float | None = None, **__: Any
) -> bool:
    return block and patient(timeout) and queue.full()


def unfinished(queue: Any) -> bool:
    return bool(queue.unfinished_tasks)


def notified(_: Any, timeout: float | None = None) -> bool:
    return patient(timeout)


def others_to_come(barrier: Any, *_: Any, **__: Any) -> bool:
    return bool(barrier.n_waiting + 1 < barrier.parties)


def unanswered(connection: Any, timeout: float | None = 0.0) -> bool:
    """For `Connection.poll`."""
    return patient(timeout) and silent(connection)


def silent(connection: Any, *_: Any) -> bool:
    """Is there nothing to be received yet?"""
    return not readable(connection)


def pending(future: Any, timeout: float | None = None) -> bool:
    return patient(timeout) and not future.done()


def some_pending(futures: Any, timeout: float | None = None, *_: Any, **__: Any) -> bool:
    # An iterator would be used up by looking.
    return patient(timeout) and not (
        isinstance(futures, (list, tuple, set, frozenset, dict)) and all(f.done() for f in futures)
    )


def unreaped(process: Any, *_: Any, timeout: float | None = None, **__: Any) -> bool:
    return patient(timeout) and process.returncode is None


def elsewhere(url: Any, *_: Any, **__: Any) -> bool:
    """A `data:` URL is its own answer."""
    return not str(getattr(url, "full_url", url)).startswith("data:")


def no_hang(_: Any = None, options: int = 0, *__: Any) -> bool:
    return not options & os.WNOHANG


def blocking_socket(sock: socket.socket, *_: Any, **__: Any) -> bool:
    return sock.gettimeout() != 0


def flagged_socket(sock: socket.socket, _: Any = 0, flags: int = 0, *__: Any) -> bool:
    """For the calls whose second argument is flags."""
    return sock.gettimeout() != 0 and not flags & getattr(socket, "MSG_DONTWAIT", 0)


def never(*_: Any, **__: Any) -> bool:
    return False


def readable(source: Any, *_: Any, **__: Any) -> bool:
    """Has something arrived, or somebody? Of a socket, a connection or a descriptor."""
    return bool(select.select([source], [], [], 0)[0])


def writable(sock: socket.socket, data: Any = b"", *_: Any, **__: Any) -> bool:
    """Is there room for so little? The kernel takes it at once."""
    plain = isinstance(data, bytes | bytearray | memoryview)
    return plain and memoryview(data).nbytes <= ROOM and bool(select.select([], [sock], [], 0)[1])


def some_ready(reading: Any = (), writing: Any = (), failing: Any = (), *_: Any) -> bool:
    return any(select.select(reading, writing, failing, 0))


def blocking_stream(sock: socket.socket, *_: Any, **__: Any) -> bool:
    # A datagram is handed to the kernel: there is no peer to wait for, unless it is next door.
    nobody = sock.type == socket.SOCK_DGRAM and sock.family != getattr(socket, "AF_UNIX", None)
    return sock.gettimeout() != 0 and not nobody


def a_name(host: Any = None, *rest: Any, flags: int = 0, **_: Any) -> bool:
    """For `getaddrinfo`, whose sixth argument is flags, and the like."""
    if (rest[4] if len(rest) > 4 else flags) & socket.AI_NUMERICHOST:
        return False
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, TypeError):
            socket.inet_pton(family, host)
            return False
    return bool(host)


def selects(_: Any = (), __: Any = (), ___: Any = (), timeout: float | None = None) -> bool:
    return patient(timeout)


def on_disk(fd: Any, *_: Any) -> bool:
    """Is this descriptor a regular file, or a pipe that makes its reader wait?"""
    with suppress(OSError, TypeError):
        mode = os.fstat(fd).st_mode
        return stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and os.get_blocking(fd))
    return False


def nothing_there(fd: Any, *_: Any) -> bool:
    """The same, for reading: what is in a pipe already is not waited for."""
    with suppress(OSError, TypeError, ValueError):
        if stat.S_ISFIFO(os.fstat(fd).st_mode) and readable(fd):
            return False
    return on_disk(fd)


def file_locked(file: Any, operation: int, *_: Any) -> bool:
    return not operation & (LOCK_NB | LOCK_UN) and _refused("flock", file, operation)


def range_locked(file: Any, operation: int, *where: Any) -> bool:
    return not operation & (LOCK_NB | LOCK_UN) and _refused("lockf", file, operation, *where)


def _refused(function: str, file: Any, operation: int, *where: Any) -> bool:
    """Somebody else has the lock; else we have it now, and locking it again changes nothing."""
    import fcntl

    try:
        getattr(fcntl, function)(file, operation | LOCK_NB, *where)
    except BlockingIOError:
        return True
    return False
