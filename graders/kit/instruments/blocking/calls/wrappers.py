"""Wrappers for what cannot be patched in place: locks, pools, memory maps, files, databases.

These are types in C, whose methods cannot be replaced. So what makes them is replaced, and returns
objects that behave the same and whose calls are intercepted.
"""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from operator import attrgetter
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from graders.kit.instruments.blocking.calls.files import Files
from graders.kit.instruments.blocking.calls.interception import Interception
from graders.kit.instruments.blocking.calls.predicates import always
from graders.kit.instruments.blocking.calls.psycopg2 import intercepted_connect
from graders.kit.instruments.blocking.calls.sqlite import connection_type, sqlite_call
from graders.kit.instruments.blocking.calls.table import BlockingCall, ContendedCall
from graders.kit.instruments.patching import Patches, wrap

LOCK = ContendedCall("lock", "threading", "Lock", "threading.Lock.acquire")
RLOCK = ContendedCall("lock", "threading", "RLock", "threading.RLock.acquire")
SHUTDOWN = BlockingCall(
    "lock", "concurrent.futures", "Executor", "concurrent.futures.Executor.shutdown"
)
FLUSH = BlockingCall("file", "mmap", "mmap.flush", "mmap.mmap.flush")

PlainLock = type(_thread.allocate_lock())


class Wrappers:
    """Makes watched code get intercepted locks, pools, memory maps, files and connections."""

    def __init__(self, interception: Interception) -> None:
        self._interception = interception
        self._submitted: WeakKeyDictionary[Executor, WeakSet[Future[Any]]] = WeakKeyDictionary()

    def install(self, patches: Patches) -> None:
        """From now on, until the patches are undone."""
        patches.replace(threading, "Lock", self._wrap_lock)
        patches.replace(threading, "RLock", self._wrap_rlock)
        for module, pool in (("thread", "ThreadPoolExecutor"), ("process", "ProcessPoolExecutor")):
            patches.replace_path(
                f"concurrent.futures.{module}", f"{pool}.submit", self._wrap_submit
            )
            patches.replace_path(
                f"concurrent.futures.{module}", f"{pool}.shutdown", self._wrap_shutdown
            )
        for name in ("sqlite3", "sqlite3.dbapi2"):
            patches.replace_path(name, "connect", self._wrap_connect)
        connect = partial(intercepted_connect, self._interception)
        patches.replace_path("psycopg2", "connect", connect, optional=True)
        patches.replace_path("mmap", "mmap", self._wrap_mmap)
        Files(self._interception).install(patches)

    def _wrap_lock(self, real: Any) -> Any:
        interception = self._interception

        class LockType(type):
            def __call__(cls) -> Any:
                lock = real()
                watched = interception.attribution.line(sys._getframe(1), "lock")
                return WatchedLock(lock, interception) if watched else lock

            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, (PlainLock, WatchedLock))

        return LockType("Lock", (), {"__module__": "threading"})

    def _wrap_rlock(self, real: Any) -> Any:
        def make(*args: Any, **kwargs: Any) -> Any:
            if self._interception.attribution.line(sys._getframe(1), "lock") is None:
                return real(*args, **kwargs)
            lock = WatchedRLock()
            lock.interception = self._interception
            return lock

        return wrap(real, make, binds=False)

    def _wrap_submit(self, submit: Any) -> Any:
        def submitted(pool: Executor, *args: Any, **kwargs: Any) -> Any:
            future = submit(pool, *args, **kwargs)
            self._submitted.setdefault(pool, WeakSet()).add(future)
            return future

        return wrap(submit, submitted, binds=True)

    def _wrap_shutdown(self, shutdown: Any) -> Any:
        def shut(pool: Executor, wait: bool = True, *, cancel_futures: bool = False) -> Any:
            run = partial(shutdown, pool, wait, cancel_futures=cancel_futures)
            if wait and any(not f.done() for f in list(self._submitted.get(pool, ()))):
                return self._interception.run_call(SHUTDOWN, run, always, sys._getframe(1))
            with self._interception.exempt:  # idle workers take a moment to end
                return run()

        return wrap(shutdown, shut, binds=True)

    def _wrap_mmap(self, real: Any) -> Any:
        def __new__(cls: Any, fileno: int, *args: Any, **kwargs: Any) -> Any:
            made = real.__new__(cls, fileno, *args, **kwargs)
            made._on_disk = fileno != -1
            return made

        flush = self._interception.method(real, "flush", FLUSH, attrgetter("_on_disk"))
        return type("mmap", (real,), {"__new__": __new__, "flush": flush, "__module__": "mmap"})

    def _wrap_connect(self, connect: Any) -> Any:
        on_disk = connection_type(self._interception, in_memory=False)
        in_memory = connection_type(self._interception, in_memory=True)

        def connected(*args: Any, **kwargs: Any) -> Any:
            memory = ":memory:" in (*args[:1], kwargs.get("database"))
            if len(args) < 6:  # `factory` is the sixth
                kwargs.setdefault("factory", in_memory if memory else on_disk)
            run = partial(connect, *args, **kwargs)
            call = sqlite_call("connect", in_memory=memory)
            return self._interception.run_call(call, run, always, sys._getframe(1))

        return wrap(connect, connected, binds=False)


class WatchedLock:
    """A `threading.Lock` whose waits are intercepted.

    It waits on a `Condition`, because a virtual clock knows of those and goes on meanwhile.
    """

    __slots__ = ("__weakref__", "_freed", "_interception", "_lock")

    def __init__(self, lock: Any, interception: Interception) -> None:
        self._lock = lock
        self._freed = threading.Condition(_thread.allocate_lock())
        self._interception = interception

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As that of `threading.Lock`: whether it was acquired, within `timeout` seconds."""
        attempt = self._lock.acquire
        timed = timeout >= 0 or not blocking
        wait = partial(attempt, blocking, timeout) if timed else self._wait
        return _acquire(self._interception, LOCK, attempt, wait, blocking, timeout)

    def _wait(self) -> bool:
        with self._freed:
            return bool(self._freed.wait_for(partial(self._lock.acquire, False)))

    def release(self) -> None:
        """As that of `threading.Lock`. Raises RuntimeError if nobody holds it."""
        self._lock.release()
        with self._freed:
            self._freed.notify()

    def locked(self) -> bool:
        """Whether anybody holds it."""
        return bool(self._lock.locked())

    def _at_fork_reinit(self) -> None:
        # Called by `threading` in a forked child, where no thread is left that could release it.
        self._lock._at_fork_reinit()
        self._freed = threading.Condition(_thread.allocate_lock())

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return repr(self._lock)


class WatchedRLock(_thread.RLock):  # type: ignore[misc]  # final in the stubs only
    """A `threading.RLock` whose waits are intercepted."""

    interception: Interception

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        """As that of `threading.RLock`: whether it was acquired, within `timeout` seconds."""
        plain = super().acquire
        return _acquire(
            self.interception, RLOCK, plain, partial(plain, blocking, timeout), blocking, timeout
        )

    def __enter__(self) -> bool:  # type: ignore[override]
        return self.acquire()


def _acquire(
    interception: Interception,
    call: BlockingCall,
    attempt: Callable[..., bool],
    wait: Callable[[], bool],
    blocking: bool,
    timeout: float,
) -> bool:
    """Acquire a lock: by `attempt(False)` without waiting, else by `wait()`, which is intercepted.

    Returns whether it was acquired.
    """
    if not blocking or timeout == 0:
        return wait()
    got = attempt(False)

    def still_waits() -> bool:
        nonlocal got
        got = got or attempt(False)
        return not got

    def run() -> bool:
        return got or wait()

    if got:
        return True
    limit = None if timeout < 0 else timeout
    return interception.run_call(call, run, still_waits, sys._getframe(2), timeout=limit)
