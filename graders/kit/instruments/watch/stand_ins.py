"""Stand-ins for what cannot be patched in place: locks, files, pools, SQLite."""

from __future__ import annotations

import _thread
import sys
import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from functools import partial
from typing import Any
from weakref import WeakKeyDictionary, WeakSet

from graders.kit.instruments.replacements import Replacements, stand_in
from graders.kit.instruments.watch.blocking_calls import BlockingCall
from graders.kit.instruments.watch.files import Files
from graders.kit.instruments.watch.interception import Interception
from graders.kit.instruments.watch.sqlite import sqlite_call, watched_connection
from graders.kit.instruments.watch.waits import always

LOCK = BlockingCall("lock", "threading", "Lock", "threading.Lock.acquire", settles=True)
RLOCK = BlockingCall("lock", "threading", "RLock", "threading.RLock.acquire", settles=True)
SHUTDOWN = BlockingCall(
    "lock", "concurrent.futures", "Executor", "concurrent.futures.Executor.shutdown"
)
FLUSH = BlockingCall("file", "mmap", "mmap.flush", "mmap.mmap.flush")

Real = type(_thread.allocate_lock())


class StandIns:
    """Puts watched locks, files, pools and connections in the place of plain ones."""

    def __init__(self, interception: Interception) -> None:
        self._interception = interception
        self._submitted: WeakKeyDictionary[Executor, WeakSet[Future[Any]]] = WeakKeyDictionary()

    def install(self, replacements: Replacements) -> None:
        replacements.replace(threading, "Lock", self._lock)
        replacements.replace(threading, "RLock", self._rlock)
        for module, pool in (("thread", "ThreadPoolExecutor"), ("process", "ProcessPoolExecutor")):
            replacements.replace_path(
                f"concurrent.futures.{module}", f"{pool}.submit", self._submit
            )
            replacements.replace_path(
                f"concurrent.futures.{module}", f"{pool}.shutdown", self._shutdown
            )
        for name in ("sqlite3", "sqlite3.dbapi2"):
            replacements.replace_path(name, "connect", self._connect)
        replacements.replace_path("mmap", "mmap", self._mapped)
        Files(self._interception).install(replacements)

    def _lock(self, real: Any) -> Any:
        interception = self._interception

        class LockType(type):
            def __call__(cls) -> Any:
                lock = real()
                asked = interception.blame.line(sys._getframe(1), "lock")
                return WatchedLock(lock, interception) if asked else lock

            def __instancecheck__(cls, instance: object) -> bool:
                return isinstance(instance, (Real, WatchedLock))

        return LockType("Lock", (), {"__module__": "threading"})

    def _rlock(self, real: Any) -> Any:
        def make(*args: Any, **kwargs: Any) -> Any:
            if self._interception.blame.line(sys._getframe(1), "lock") is None:
                return real(*args, **kwargs)
            lock = WatchedRLock()
            lock.interception = self._interception
            return lock

        return stand_in(real, make, binds=False)

    def _submit(self, submit: Any) -> Any:
        def submitted(pool: Executor, *args: Any, **kwargs: Any) -> Any:
            future = submit(pool, *args, **kwargs)
            self._submitted.setdefault(pool, WeakSet()).add(future)
            return future

        return stand_in(submit, submitted, binds=True)

    def _shutdown(self, shutdown: Any) -> Any:
        def shut(pool: Executor, wait: bool = True, *, cancel_futures: bool = False) -> Any:
            run = partial(shutdown, pool, wait, cancel_futures=cancel_futures)
            if wait and any(not f.done() for f in list(self._submitted.get(pool, ()))):
                return self._interception.during(SHUTDOWN, run, always, sys._getframe(1))
            with self._interception.excused:  # idle workers need a moment to go home
                return run()

        return stand_in(shutdown, shut, binds=True)

    def _mapped(self, real: Any) -> Any:
        interception = self._interception

        def __new__(cls: Any, fileno: int, *args: Any, **kwargs: Any) -> Any:
            made = real.__new__(cls, fileno, *args, **kwargs)
            made._on_disk = fileno != -1
            return made

        def flush(self: Any, *args: Any) -> Any:
            run = partial(real.flush, self, *args)
            return interception.during(FLUSH, run, lambda: self._on_disk, sys._getframe(1))

        return type("mmap", (real,), {"__new__": __new__, "flush": flush, "__module__": "mmap"})

    def _connect(self, connect: Any) -> Any:
        on_disk = watched_connection(self._interception, in_memory=False)
        in_memory = watched_connection(self._interception, in_memory=True)

        def connected(*args: Any, **kwargs: Any) -> Any:
            memory = ":memory:" in (*args[:1], kwargs.get("database"))
            if len(args) < 6:  # `factory` is the sixth
                kwargs.setdefault("factory", in_memory if memory else on_disk)
            run = partial(connect, *args, **kwargs)
            call = sqlite_call("connect", in_memory=memory)
            return self._interception.during(call, run, always, sys._getframe(1))

        return stand_in(connect, connected, binds=False)


class WatchedLock:
    """A `threading.Lock` whose waits are noted.

    It waits by a `Condition`: a virtual clock knows about those, and goes on meanwhile.
    """

    __slots__ = ("__weakref__", "_freed", "_interception", "_lock")

    def __init__(self, lock: Any, interception: Interception) -> None:
        self._lock = lock
        self._freed = threading.Condition(_thread.allocate_lock())
        self._interception = interception

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
        attempt = self._lock.acquire
        timed = timeout >= 0 or not blocking
        wait = partial(attempt, blocking, timeout) if timed else self._wait
        return _acquire(self._interception, LOCK, attempt, wait, blocking, timeout)

    def _wait(self) -> bool:
        with self._freed:
            return bool(self._freed.wait_for(partial(self._lock.acquire, False)))

    def release(self) -> None:
        self._lock.release()
        with self._freed:
            self._freed.notify()

    def locked(self) -> bool:
        return bool(self._lock.locked())

    def _at_fork_reinit(self) -> None:
        # Whoever held it in the parent is not there; `threading` asks this of its locks.
        self._lock._at_fork_reinit()
        self._freed = threading.Condition(_thread.allocate_lock())

    def __enter__(self) -> bool:
        return self.acquire()

    def __exit__(self, *_: object) -> None:
        self.release()

    def __repr__(self) -> str:
        return repr(self._lock)


class WatchedRLock(_thread.RLock):  # type: ignore[misc]  # final in the stubs only
    """A `threading.RLock` whose waits are noted."""

    interception: Interception

    def acquire(self, blocking: bool = True, timeout: float = -1) -> bool:
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
    return interception.during(call, run, still_waits, sys._getframe(2), timeout=limit)
