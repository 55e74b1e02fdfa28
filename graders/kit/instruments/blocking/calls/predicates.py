"""Will a call wait? Predicates on the call's own arguments.

A lock that is free, a future that is done and a socket that does not block are no reason to
complain. Each predicate returns True if the call is about to wait (`readable` and the like: if it
has what it wants already). Any may raise if the arguments are odd; the call itself will refuse them
then.
"""

from __future__ import annotations

import os
import select
import socket
import stat
from collections.abc import Callable
from contextlib import suppress
from typing import Any

Predicate = Callable[..., bool]
"""Called with the arguments of a call."""

LOCK_NB, LOCK_UN = 4, 8
"""As in `fcntl`, which does not exist on Windows."""

SOCKET_BUFFER = 4096
"""Bytes that fit into the buffer of a socket if anything does."""


def has_time(timeout: float | None) -> bool:
    """Whether a time-out leaves time to wait: with 0 a call only asks, a negative one is
    refused."""
    return timeout is None or timeout > 0


def always(*_: Any, **__: Any) -> bool:
    """For calls that wait whenever they are made."""
    return True


def some_seconds(seconds: Any = 0, *_: Any) -> bool:
    """For `time.sleep`: `sleep(0)` waits for nothing."""
    try:
        return bool(seconds > 0)
    except TypeError:
        return False  # refused


def unset(event: Any, timeout: float | None = None) -> bool:
    """For `Event.wait`."""
    return has_time(timeout) and not event.is_set()


def no_permit(semaphore: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    """For `Semaphore.acquire`."""
    return blocking and has_time(timeout) and semaphore._value == 0


def alive(thread: Any, timeout: float | None = None) -> bool:
    """For `join` of a thread or a process."""
    return has_time(timeout) and thread.is_alive()


def empty(queue: Any, block: bool = True, timeout: float | None = None) -> bool:
    """For `Queue.get`."""
    return block and has_time(timeout) and queue.empty()


def full(
    queue: Any, _: Any = None, block: bool = True, timeout: float | None = None, **__: Any
) -> bool:
    """For `Queue.put`."""
    return block and has_time(timeout) and queue.full()


def unfinished(queue: Any) -> bool:
    """For `Queue.join`."""
    return bool(queue.unfinished_tasks)


def notified(_: Any, timeout: float | None = None) -> bool:
    """For `Condition.wait`, which always waits until it is notified."""
    return has_time(timeout)


def others_to_come(barrier: Any, *_: Any, **__: Any) -> bool:
    """For `Barrier.wait`: the last to come does not wait."""
    return bool(barrier.n_waiting + 1 < barrier.parties)


def unanswered(connection: Any, timeout: float | None = 0.0) -> bool:
    """For `Connection.poll`."""
    return has_time(timeout) and silent(connection)


def silent(connection: Any, *_: Any) -> bool:
    """For `Connection.recv`: whether nothing can be received yet."""
    return not readable(connection)


def pending(future: Any, timeout: float | None = None) -> bool:
    """For the result of a future."""
    return has_time(timeout) and not future.done()


def some_pending(futures: Any, timeout: float | None = None, *_: Any, **__: Any) -> bool:
    """For `concurrent.futures.wait`."""
    # An iterator would be used up by looking.
    return has_time(timeout) and not (
        isinstance(futures, (list, tuple, set, frozenset, dict)) and all(f.done() for f in futures)
    )


def unreaped(process: Any, *_: Any, timeout: float | None = None, **__: Any) -> bool:
    """For `Popen.wait`."""
    return has_time(timeout) and process.returncode is None


def in_transaction(connection: Any) -> bool:
    """For `commit` and `rollback` of psycopg: otherwise the server is not asked for anything."""
    return bool(connection.info.transaction_status)


def elsewhere(url: Any, *_: Any, **__: Any) -> bool:
    """For `urlopen`: a `data:` URL contains its own answer."""
    return not str(getattr(url, "full_url", url)).startswith("data:")


def no_hang(_: Any = None, options: int = 0, *__: Any) -> bool:
    """For `os.waitpid`, which does not wait with the option `WNOHANG`."""
    return not options & os.WNOHANG


def blocking_socket(sock: socket.socket, *_: Any, **__: Any) -> bool:
    """For calls of a socket."""
    return sock.gettimeout() != 0


def flagged_socket(sock: socket.socket, _: Any = 0, flags: int = 0, *__: Any) -> bool:
    """For `socket.recv`, whose second argument may say that it does not wait."""
    return sock.gettimeout() != 0 and not flags & getattr(socket, "MSG_DONTWAIT", 0)


def readable(source: Any, *_: Any, **__: Any) -> bool:
    """Whether a socket, a connection or a descriptor has something to read or to accept."""
    return bool(select.select([source], [], [], 0)[0])


def writable(sock: socket.socket, data: Any = b"", *_: Any, **__: Any) -> bool:
    """Whether the kernel takes `data` at once, because it is little and there is room for it."""
    plain = isinstance(data, bytes | bytearray | memoryview)
    return (
        plain
        and memoryview(data).nbytes <= SOCKET_BUFFER
        and bool(select.select([], [sock], [], 0)[1])
    )


def some_ready(reading: Any = (), writing: Any = (), failing: Any = (), *_: Any) -> bool:
    """For `select.select`: whether one of its sockets is ready."""
    return any(select.select(reading, writing, failing, 0))


def blocking_stream(sock: socket.socket, *_: Any, **__: Any) -> bool:
    """For `connect` and `send` of a socket."""
    # A datagram is handed to the kernel, with no peer to wait for, unless that is on this machine.
    datagram = sock.type == socket.SOCK_DGRAM and sock.family != getattr(socket, "AF_UNIX", None)
    return sock.gettimeout() != 0 and not datagram


def a_name(host: Any = None, *rest: Any, flags: int = 0, **_: Any) -> bool:
    """For `getaddrinfo` (its sixth argument is flags) and the like: addresses need no look-up."""
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
    """For `select.select`."""
    return has_time(timeout)


def file_or_pipe(fd: Any, *_: Any) -> bool:
    """For `os.write`: whether the descriptor is a regular file, or a pipe in blocking mode."""
    with suppress(OSError, TypeError):
        mode = os.fstat(fd).st_mode
        return stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and os.get_blocking(fd))
    return False


def nothing_there(fd: Any, *_: Any) -> bool:
    """For `os.read`: as `file_or_pipe`, but what is in a pipe already is not waited for."""
    with suppress(OSError, TypeError, ValueError):
        if stat.S_ISFIFO(os.fstat(fd).st_mode) and readable(fd):
            return False
    return file_or_pipe(fd)


def file_locked(file: Any, operation: int, *_: Any) -> bool:
    """For `fcntl.flock`."""
    return not operation & (LOCK_NB | LOCK_UN) and _refused("flock", file, operation)


def range_locked(file: Any, operation: int, *where: Any) -> bool:
    """For `fcntl.lockf`."""
    return not operation & (LOCK_NB | LOCK_UN) and _refused("lockf", file, operation, *where)


def _refused(function: str, file: Any, operation: int, *where: Any) -> bool:
    """Whether another process holds the lock.

    If not, we hold it now; the call itself will lock it once more, which changes nothing.
    """
    import fcntl

    try:
        getattr(fcntl, function)(file, operation | LOCK_NB, *where)
    except BlockingIOError:
        return True
    return False
