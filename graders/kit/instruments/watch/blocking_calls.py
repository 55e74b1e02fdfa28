"""The table of calls that block a thread: what they are called, and when they really wait.

A call is named as the documentation names it. `waits` looks at the call's own
arguments: a lock that is free, a future that is done, a socket that does not
block are no reason to complain.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

Waits = Callable[..., bool]
"""Called with a call's own arguments: will it wait?"""


LOCK_NB = 4
"""`fcntl.LOCK_NB`; the module is missing on Windows."""


def always(*_: Any, **__: Any) -> bool:
    return True


@dataclass(frozen=True)
class BlockingCall:
    """One entry point: `path` in `module`, shown to people as `name`."""

    family: str
    module: str
    path: str
    name: str
    waits: Waits = always
    settles: bool = False
    """Whether `waits` may turn false by itself: then a short contention is not held against it."""


def _calls(
    family: str,
    module: str,
    paths: str,
    waits: Waits = always,
    *,
    shown: str = "",
    settles: bool = False,
) -> Iterator[BlockingCall]:
    prefix = {"builtins": ""}.get(module, (shown or module) + ".")
    for path in paths.split():
        yield BlockingCall(family, module, path, prefix + path, waits, settles)


# --- when does it wait? --------------------------------------------------------------


def _some_seconds(seconds: Any = 1, *_: Any) -> bool:
    return not isinstance(seconds, (int, float)) or seconds > 0


def _unset(event: Any, timeout: float | None = None) -> bool:
    return timeout != 0 and not event.is_set()


def _no_permit(semaphore: Any, blocking: bool = True, timeout: float | None = None) -> bool:
    return blocking and timeout != 0 and semaphore._value == 0


def _alive(thread: Any, timeout: float | None = None) -> bool:
    return timeout != 0 and thread.is_alive()


def _empty(queue: Any, block: bool = True, timeout: float | None = None) -> bool:
    return block and timeout != 0 and queue.empty()


def _full(
    queue: Any, _: Any = None, block: bool = True, timeout: float | None = None, **__: Any
) -> bool:
    return block and timeout != 0 and queue.full()


def _unfinished(queue: Any) -> bool:
    return bool(queue.unfinished_tasks)


def _pending(future: Any, timeout: float | None = None) -> bool:
    return timeout != 0 and not future.done()


def _some_pending(futures: Any, timeout: float | None = None, *_: Any, **__: Any) -> bool:
    # An iterator would be used up by looking.
    return timeout != 0 and not (
        isinstance(futures, (list, tuple, set, frozenset, dict)) and all(f.done() for f in futures)
    )


def _unreaped(process: Any, *_: Any, timeout: float | None = None, **__: Any) -> bool:
    return timeout != 0 and process.returncode is None


def _no_hang(_: Any = None, options: int = 0, *__: Any) -> bool:
    return not options & os.WNOHANG


def _blocking_socket(sock: socket.socket, *_: Any, **__: Any) -> bool:
    return sock.gettimeout() != 0


def _blocking_stream(sock: socket.socket, *_: Any, **__: Any) -> bool:
    # A datagram is handed to the kernel: there is no peer to wait for.
    return sock.gettimeout() != 0 and sock.type != socket.SOCK_DGRAM


def _a_name(host: Any = None, *_: Any, **__: Any) -> bool:
    if isinstance(host, tuple):
        host = host[0]
    if isinstance(host, bytes):
        host = host.decode("ascii", "replace")
    for family in (socket.AF_INET, socket.AF_INET6):
        with suppress(OSError, TypeError):
            socket.inet_pton(family, host)
            return False
    return bool(host)


def _selects(_: Any = (), __: Any = (), ___: Any = (), timeout: float | None = None) -> bool:
    return timeout != 0


def _on_disk(fd: Any, *_: Any, **__: Any) -> bool:
    """Is this descriptor a regular file, or a pipe that makes its reader wait?"""
    with suppress(OSError, TypeError):
        mode = os.fstat(fd).st_mode
        return stat.S_ISREG(mode) or (stat.S_ISFIFO(mode) and os.get_blocking(fd))
    return False


def _waits_for_lock(_: Any, operation: int, *__: Any) -> bool:
    return not operation & LOCK_NB


# --- the table -----------------------------------------------------------------------

_HTTP = "get options head post put patch delete request"
_FUTURES = "concurrent.futures"

TABLE: tuple[BlockingCall, ...] = (
    *_calls("sleep", "time", "sleep", _some_seconds),
    *_calls("input", "builtins", "input"),
    *_calls("file", "pathlib", "Path.read_text Path.read_bytes Path.write_text Path.write_bytes"),
    *_calls(
        "file",
        "shutil",
        "copyfile copyfileobj copy copy2 copytree move rmtree make_archive unpack_archive",
    ),
    *_calls("file", "os", "fsync fdatasync sync listdir scandir sendfile copy_file_range"),
    *_calls("file", "os", "read write readv writev pread pwrite", _on_disk),
    *_calls("file", "fcntl", "flock lockf", _waits_for_lock),
    *_calls("socket", "socket", "socket.connect socket.send socket.sendall", _blocking_stream),
    *_calls(
        "socket",
        "socket",
        "socket.accept socket.recv socket.recv_into socket.recvfrom socket.recvfrom_into"
        " socket.recvmsg socket.sendfile",
        _blocking_socket,
    ),
    *_calls("socket", "socket", "create_connection"),
    *_calls(
        "socket", "ssl", "SSLSocket.do_handshake SSLSocket.recv SSLSocket.read", _blocking_socket
    ),
    *_calls("socket", "ssl", "SSLSocket.send SSLSocket.sendall SSLSocket.write", _blocking_socket),
    *_calls("socket", "select", "select", _selects),
    *_calls(
        "dns",
        "socket",
        "getaddrinfo gethostbyname gethostbyname_ex gethostbyaddr getnameinfo getfqdn",
        _a_name,
    ),
    *_calls(
        "subprocess", "subprocess", "run call check_call check_output getoutput getstatusoutput"
    ),
    *_calls("subprocess", "subprocess", "Popen.wait Popen.communicate", _unreaped),
    *_calls("subprocess", "os", "system wait"),
    *_calls("subprocess", "os", "waitpid wait4", _no_hang),
    *_calls("lock", "threading", "Event.wait", _unset, settles=True),
    *_calls("lock", "threading", "Semaphore.acquire", _no_permit, settles=True),
    *_calls("lock", "threading", "Condition.wait Barrier.wait"),
    *_calls("lock", "threading", "Thread.join", _alive, settles=True),
    *_calls("lock", "queue", "Queue.get", _empty, settles=True),
    *_calls("lock", "queue", "Queue.put", _full, settles=True),
    *_calls("lock", "queue", "Queue.join", _unfinished, settles=True),
    *_calls(
        "lock",
        _FUTURES + "._base",
        "Future.result Future.exception",
        _pending,
        shown=_FUTURES,
        settles=True,
    ),
    *_calls("lock", _FUTURES, "wait", _some_pending),
    *_calls("lock", "multiprocessing.process", "BaseProcess.join", _alive, shown="multiprocessing"),
    *_calls("lock", "multiprocessing.queues", "Queue.get", _empty, shown="multiprocessing"),
    *_calls("lock", "multiprocessing.queues", "SimpleQueue.get", shown="multiprocessing"),
    *_calls(
        "lock",
        "multiprocessing.pool",
        "ApplyResult.get ApplyResult.wait Pool.map Pool.starmap Pool.apply",
    ),
    *_calls("database", "psycopg", "connect Connection.execute Connection.commit"),
    *_calls("database", "psycopg", "Cursor.execute Cursor.executemany Cursor.fetchall"),
    *_calls("database", "psycopg2", "connect"),
    *_calls("database", "pymysql", "connect connections.Connection.query"),
    *_calls("database", "redis", "Redis.execute_command"),
    *_calls("http", "urllib.request", "urlopen urlretrieve"),
    *_calls(
        "http",
        "http.client",
        "HTTPConnection.request HTTPConnection.getresponse HTTPConnection.connect",
    ),
    *_calls("http", "requests", _HTTP),
    *_calls("http", "requests", " ".join(f"Session.{verb}" for verb in [*_HTTP.split(), "send"])),
    *_calls("http", "urllib3", "request PoolManager.request PoolManager.urlopen"),
    *_calls("http", "httpx", _HTTP),
    *_calls("http", "httpx", " ".join(f"Client.{verb}" for verb in [*_HTTP.split(), "send"])),
)
