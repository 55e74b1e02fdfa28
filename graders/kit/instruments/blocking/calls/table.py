"""The table of blocking calls.

Each is named as the documentation names it. There are four kinds, by what makes it blocking:

- `BlockingCall`: it is, whenever it waits at all;
- `ContendedCall`: it is, unless it is a lock or the like that becomes free after a very short time;
- `ReadyCheckedCall`: it is, unless it has what it wants already, and then it is minor;
- `MinorCall`: it is only when its cost adds up, in one step on one line.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any

from graders.kit.instruments.blocking.calls import cost, predicates
from graders.kit.instruments.blocking.calls.cost import Cost
from graders.kit.instruments.blocking.calls.predicates import Predicate, always


@dataclass(frozen=True)
class BlockingCall:
    """A function that blocks whenever `waits` says that it is about to wait."""

    family: str
    module: str
    path: str
    """Dotted, from the module."""
    name: str
    """What people know it as: findings show this."""
    waits: Predicate = always
    """Called with the arguments of the call."""
    static: bool = False
    """Whether it is kept in a class without being a method."""
    since: tuple[int, int] = (3, 11)
    """The first Python that has it."""


@dataclass(frozen=True, kw_only=True)
class ContendedCall(BlockingCall):
    """It blocks unless `waits` becomes false by itself within `contention.CONTENTION_LIMIT`.

    For that, `waits` is called again and again, so it must change nothing.
    """

    timeout: int | None = None
    """Position of the argument `timeout`, counting `self`; None if it can only be a keyword."""

    def timeout_of(self, *args: Any, **kwargs: Any) -> float | None:
        """The time-out in seconds of a call with these arguments; None if it has none."""
        given = kwargs.get("timeout")
        if given is None and self.timeout is not None and len(args) > self.timeout:
            given = args[self.timeout]
        return given if isinstance(given, int | float) and given >= 0 else None


@dataclass(frozen=True, kw_only=True)
class ReadyCheckedCall(BlockingCall):
    """It blocks unless `ready` says that it has what it wants: then it is minor this time."""

    ready: Predicate


@dataclass(frozen=True, kw_only=True)
class MinorCall(BlockingCall):
    """It is a note, until the `cost` of such calls in one step on one line reaches the limit."""

    cost: Cost
    cost_before: bool = False
    """Whether the cost must be found out before the call, which removes what is counted."""


def _each(
    kind: type[BlockingCall],
    family: str,
    module: str,
    paths: str,
    waits: Predicate = always,
    *,
    shown: str = "",
    **more: Any,
) -> Iterator[BlockingCall]:
    """An entry for each of the paths, which a space separates. `shown` is for a name in which the
    documentation has another module."""
    prefix = "" if module == "builtins" else (shown or module) + "."
    return (kind(family, module, path, prefix + path, waits, **more) for path in paths.split())


_plain = partial(_each, BlockingCall)
_contended = partial(_each, ContendedCall)
_ready_checked = partial(_each, ReadyCheckedCall)
_minor = partial(_each, MinorCall)


# --- the table -----------------------------------------------------------------------

_HTTP = "get options head post put patch delete request"
_FUTURES = "concurrent.futures"

TABLE: tuple[BlockingCall, ...] = (
    *_plain("sleep", "time", "sleep", predicates.some_seconds),
    *_plain("input", "builtins", "input"),
    *_minor("file", "pathlib", "Path.read_text Path.read_bytes", cost=cost.loaded),
    *_minor("file", "pathlib", "Path.write_text Path.write_bytes", cost=cost.written),
    *_minor("file", "shutil", "copyfile copy copy2", cost=cost.copied),
    *_plain("file", "shutil", "copyfileobj copytree make_archive unpack_archive"),
    *_minor("file", "shutil", "rmtree", cost=cost.removed, cost_before=True),
    *_plain("file", "os", "fsync fdatasync sync"),
    *_minor("file", "os", "listdir scandir", cost=cost.entries),
    # `Path.glob` uses this from Python 3.13 on; it was bound when the module was imported.
    MinorCall(
        "file",
        "glob",
        "_StringGlobber.scandir",
        "os.scandir",
        cost=cost.entries,
        static=True,
        since=(3, 13),
    ),
    *_minor("file", "os", "sendfile copy_file_range", cost=cost.read),
    *_minor("file", "os", "read readv pread", predicates.nothing_there, cost=cost.read_descriptor),
    *_minor("file", "os", "write writev pwrite", predicates.file_or_pipe, cost=cost.read),
    *_contended("file", "fcntl", "flock", predicates.file_locked),
    *_contended("file", "fcntl", "lockf", predicates.range_locked),
    *_plain("socket", "socket", "socket.connect", predicates.blocking_stream),
    *_ready_checked(
        "socket",
        "socket",
        "socket.send socket.sendall socket.sendto socket.sendmsg",
        predicates.blocking_stream,
        ready=predicates.writable,
    ),
    *_ready_checked(
        "socket",
        "socket",
        "socket.accept socket.recv_into socket.recvfrom socket.recvfrom_into socket.recvmsg",
        predicates.blocking_socket,
        ready=predicates.readable,
    ),
    *_ready_checked(
        "socket", "socket", "socket.recv", predicates.flagged_socket, ready=predicates.readable
    ),
    *_plain("socket", "socket", "socket.sendfile", predicates.blocking_socket),
    *_plain("socket", "socket", "create_connection"),
    *_plain(
        "socket",
        "ssl",
        "SSLSocket.do_handshake SSLSocket.recv SSLSocket.read",
        predicates.blocking_socket,
    ),
    *_plain(
        "socket",
        "ssl",
        "SSLSocket.send SSLSocket.sendall SSLSocket.write",
        predicates.blocking_socket,
    ),
    *_ready_checked("socket", "select", "select", predicates.selects, ready=predicates.some_ready),
    *_minor(
        "dns",
        "socket",
        "getaddrinfo gethostbyname gethostbyname_ex",
        predicates.a_name,
        cost=cost.looked_up,
    ),
    *_minor("dns", "socket", "getfqdn gethostbyaddr getnameinfo", cost=cost.looked_up),
    *_plain(
        "subprocess", "subprocess", "run call check_call check_output getoutput getstatusoutput"
    ),
    *_plain("subprocess", "subprocess", "Popen.wait Popen.communicate", predicates.unreaped),
    *_plain("subprocess", "os", "system wait"),
    *_plain("subprocess", "os", "waitpid wait4", predicates.no_hang),
    *_contended("lock", "threading", "Event.wait", predicates.unset, timeout=1),
    *_contended("lock", "threading", "Semaphore.acquire", predicates.no_permit, timeout=2),
    *_plain("lock", "threading", "Condition.wait", predicates.notified),
    *_plain("lock", "threading", "Barrier.wait", predicates.others_to_come),
    *_contended("lock", "threading", "Thread.join", predicates.alive, timeout=1),
    *_contended("lock", "queue", "Queue.get", predicates.empty, timeout=2),
    *_contended("lock", "queue", "Queue.put", predicates.full, timeout=3),
    *_contended("lock", "queue", "Queue.join", predicates.unfinished),
    *_contended(
        "lock",
        _FUTURES + "._base",
        "Future.result Future.exception",
        predicates.pending,
        shown=_FUTURES,
        timeout=1,
    ),
    *_plain("lock", _FUTURES, "wait", predicates.some_pending),
    BlockingCall(
        "lock",
        "multiprocessing.process",
        "BaseProcess.join",
        "multiprocessing.Process.join",
        predicates.alive,
    ),
    *_plain(
        "lock", "multiprocessing.queues", "Queue.get", predicates.empty, shown="multiprocessing"
    ),
    *_plain(
        "lock",
        "multiprocessing.queues",
        "SimpleQueue.get",
        predicates.empty,
        shown="multiprocessing",
    ),
    *_plain(
        "lock",
        "multiprocessing.connection",
        "Connection.recv Connection.recv_bytes",
        predicates.silent,
    ),
    *_plain("lock", "multiprocessing.connection", "Connection.poll", predicates.unanswered),
    *_plain("lock", "multiprocessing.pool", "Pool.map Pool.starmap Pool.apply"),
    # Named as in the documentation; the module itself has it under an alias.
    *_plain("lock", "multiprocessing.pool", "AsyncResult.get AsyncResult.wait"),
    *_plain("database", "psycopg", "connect Connection.execute"),
    *_plain(
        "database", "psycopg", "Connection.commit Connection.rollback", predicates.in_transaction
    ),
    *_plain("database", "psycopg", "Cursor.execute Cursor.executemany"),
    # The rows of an ordinary cursor have come with its `execute`.
    *_minor("database", "psycopg", "Cursor.fetchall", cost=cost.entries),
    *_plain("database", "psycopg", "ServerCursor.fetchone ServerCursor.fetchall"),
    *_plain("database", "psycopg2", "connect"),
    *_plain("database", "pymysql", "connect connections.Connection.query"),
    *_plain("database", "MySQLdb.connections", "Connection.query", shown="MySQLdb"),
    *_plain(
        "database",
        "pymongo.synchronous.pool",
        "Connection.command Connection.receive_message",
        shown="pymongo",
    ),
    *_plain("database", "redis", "Redis.execute_command"),
    *_plain("http", "urllib.request", "urlopen urlretrieve", predicates.elsewhere),
    *_plain("http", "urllib.request", "OpenerDirector.open"),
    *_plain("http", "xmlrpc.client", "Transport.request"),
    *_plain(
        "http",
        "http.client",
        "HTTPConnection.request HTTPConnection.getresponse HTTPConnection.connect",
    ),
    *_plain("http", "requests", _HTTP),
    *_plain("http", "requests", " ".join(f"Session.{verb}" for verb in [*_HTTP.split(), "send"])),
    *_plain("http", "urllib3", "request PoolManager.request PoolManager.urlopen"),
    *_plain("http", "httpx", _HTTP),
    *_plain("http", "httpx", " ".join(f"Client.{verb}" for verb in [*_HTTP.split(), "send"])),
)
