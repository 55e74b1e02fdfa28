"""The table of calls that block a thread: what they are called, and when they really wait.

A call is named as the documentation names it. `waits` looks at the call's own
arguments: a lock that is free, a future that is done, a socket that does not
block are no reason to complain. `weight` counts what a grey call did, see `grey`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from graders.kit.instruments.watch import grey, waits
from graders.kit.instruments.watch.grey import Weight
from graders.kit.instruments.watch.waits import Waits, always, never


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
    weight: Weight | None = None
    """For a grey call, how much it did; any other is blocking however little it did."""
    ahead: bool = False
    """Must it be weighed before it runs?"""
    ready: Waits = never
    """Does it have what it wants already? Then it is grey this time."""
    static: bool = False
    """Is it kept in a class, without being a method?"""
    timeout: int | None = None
    """The position of its `timeout`, `self` included."""

    def limit(self, *args: Any, **kwargs: Any) -> float | None:
        """The time-out of a call; None if it has none."""
        given = kwargs.get("timeout")
        if given is None and self.timeout is not None and len(args) > self.timeout:
            given = args[self.timeout]
        return given if isinstance(given, int | float) and given >= 0 else None


def _calls(
    family: str,
    module: str,
    paths: str,
    waits: Waits = always,
    *,
    shown: str = "",
    settles: bool = False,
    weight: Weight | None = None,
    ahead: bool = False,
    timeout: int | None = None,
    ready: Waits = never,
) -> Iterator[BlockingCall]:
    prefix = {"builtins": ""}.get(module, (shown or module) + ".")
    for path in paths.split():
        name = prefix + path
        yield BlockingCall(
            family, module, path, name, waits, settles, weight, ahead, ready, timeout=timeout
        )


# --- the table -----------------------------------------------------------------------

_HTTP = "get options head post put patch delete request"
_FUTURES = "concurrent.futures"

TABLE: tuple[BlockingCall, ...] = (
    *_calls("sleep", "time", "sleep", waits.some_seconds),
    *_calls("input", "builtins", "input"),
    *_calls("file", "pathlib", "Path.read_text Path.read_bytes", weight=grey.loaded),
    *_calls("file", "pathlib", "Path.write_text Path.write_bytes", weight=grey.written),
    *_calls("file", "shutil", "copyfile copy copy2", weight=grey.copied),
    *_calls("file", "shutil", "copyfileobj copytree make_archive unpack_archive"),
    *_calls("file", "shutil", "rmtree", weight=grey.removed, ahead=True),
    *_calls("file", "os", "fsync fdatasync sync"),
    *_calls("file", "os", "listdir scandir", weight=grey.entries),
    # Bound when the module was made: from 3.13 on, `Path.glob` goes by it.
    BlockingCall(
        "file", "glob", "_StringGlobber.scandir", "os.scandir", weight=grey.entries, static=True
    ),
    *_calls("file", "os", "sendfile copy_file_range", weight=grey.read),
    *_calls("file", "os", "read readv pread", waits.nothing_there, weight=grey.of_descriptor),
    *_calls("file", "os", "write writev pwrite", waits.on_disk, weight=grey.read),
    *_calls("file", "fcntl", "flock", waits.file_locked, settles=True),
    *_calls("file", "fcntl", "lockf", waits.range_locked, settles=True),
    *_calls("socket", "socket", "socket.connect", waits.blocking_stream),
    *_calls(
        "socket",
        "socket",
        "socket.send socket.sendall socket.sendto socket.sendmsg",
        waits.blocking_stream,
        ready=waits.writable,
    ),
    *_calls(
        "socket",
        "socket",
        "socket.accept socket.recv_into socket.recvfrom socket.recvfrom_into socket.recvmsg",
        waits.blocking_socket,
        ready=waits.readable,
    ),
    *_calls("socket", "socket", "socket.recv", waits.flagged_socket, ready=waits.readable),
    *_calls("socket", "socket", "socket.sendfile", waits.blocking_socket),
    *_calls("socket", "socket", "create_connection"),
    *_calls(
        "socket",
        "ssl",
        "SSLSocket.do_handshake SSLSocket.recv SSLSocket.read",
        waits.blocking_socket,
    ),
    *_calls(
        "socket", "ssl", "SSLSocket.send SSLSocket.sendall SSLSocket.write", waits.blocking_socket
    ),
    *_calls("socket", "select", "select", waits.selects, ready=waits.some_ready),
    *_calls(
        "dns",
        "socket",
        "getaddrinfo gethostbyname gethostbyname_ex",
        waits.a_name,
        weight=grey.looked_up,
    ),
    *_calls("dns", "socket", "getfqdn gethostbyaddr getnameinfo", weight=grey.looked_up),
    *_calls(
        "subprocess", "subprocess", "run call check_call check_output getoutput getstatusoutput"
    ),
    *_calls("subprocess", "subprocess", "Popen.wait Popen.communicate", waits.unreaped),
    *_calls("subprocess", "os", "system wait"),
    *_calls("subprocess", "os", "waitpid wait4", waits.no_hang),
    *_calls("lock", "threading", "Event.wait", waits.unset, settles=True, timeout=1),
    *_calls("lock", "threading", "Semaphore.acquire", waits.no_permit, settles=True, timeout=2),
    *_calls("lock", "threading", "Condition.wait", waits.notified),
    *_calls("lock", "threading", "Barrier.wait", waits.others_to_come),
    *_calls("lock", "threading", "Thread.join", waits.alive, settles=True, timeout=1),
    *_calls("lock", "queue", "Queue.get", waits.empty, settles=True, timeout=2),
    *_calls("lock", "queue", "Queue.put", waits.full, settles=True, timeout=3),
    *_calls("lock", "queue", "Queue.join", waits.unfinished, settles=True),
    *_calls(
        "lock",
        _FUTURES + "._base",
        "Future.result Future.exception",
        waits.pending,
        shown=_FUTURES,
        settles=True,
        timeout=1,
    ),
    *_calls("lock", _FUTURES, "wait", waits.some_pending),
    BlockingCall(
        "lock",
        "multiprocessing.process",
        "BaseProcess.join",
        "multiprocessing.Process.join",
        waits.alive,
    ),
    *_calls("lock", "multiprocessing.queues", "Queue.get", waits.empty, shown="multiprocessing"),
    *_calls(
        "lock", "multiprocessing.queues", "SimpleQueue.get", waits.empty, shown="multiprocessing"
    ),
    *_calls(
        "lock",
        "multiprocessing.connection",
        "Connection.recv Connection.recv_bytes",
        waits.silent,
    ),
    *_calls("lock", "multiprocessing.connection", "Connection.poll", waits.unanswered),
    *_calls("lock", "multiprocessing.pool", "Pool.map Pool.starmap Pool.apply"),
    # As the documentation calls it; the module itself has it as an alias.
    *_calls("lock", "multiprocessing.pool", "AsyncResult.get AsyncResult.wait"),
    *_calls("database", "psycopg", "connect Connection.execute Connection.commit"),
    *_calls("database", "psycopg", "Cursor.execute Cursor.executemany Cursor.fetchall"),
    *_calls("database", "psycopg2", "connect"),
    *_calls("database", "pymysql", "connect connections.Connection.query"),
    *_calls("database", "redis", "Redis.execute_command"),
    *_calls("http", "urllib.request", "urlopen urlretrieve", waits.elsewhere),
    *_calls("http", "urllib.request", "OpenerDirector.open"),
    *_calls("http", "xmlrpc.client", "Transport.request"),
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
