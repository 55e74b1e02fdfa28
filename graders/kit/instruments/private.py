"""Every private attribute of another package that the kit relies on. There are no others.

Nobody promised these names. Each entry says what we use it for, and has a test in
`tests/kit/test_canaries.py`, so that an upgrade which renames one fails there first. A test also
sees to it that no other module of the kit spells a private name:

    private.LOOP_READY.of(loop)                                    # loop._ready
    patches.replace(*private.HANDLE_RUN.place, make)               # asyncio.Handle._run

Some names have no underscore but are as private: that `queue` calls its clock `time`, say.
"""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from functools import cached_property
from typing import Any


@dataclass(frozen=True)
class Private:
    """One private attribute: `path` in `module`, for example `Handle._run` in `asyncio`."""

    module: str
    path: str
    used_for: str
    instance: bool = False
    """Whether only instances have it, and not the class itself."""
    used_in: str = ""
    """Where it is spelled out, if not here: a path below `graders/kit`. The blocking detector,
    whose wrappers have to be fast, may spell all of them."""

    @cached_property
    def name(self) -> str:
        """The last part of `path`: the attribute itself."""
        return self.path.rpartition(".")[2]

    @property
    def place(self) -> tuple[Any, str]:
        """The module or class that has it, and its name. Raises AttributeError, ImportError."""
        owner: Any = importlib.import_module(self.module)
        for part in self.path.split(".")[:-1]:
            owner = getattr(owner, part)
        return owner, self.name

    def of(self, thing: Any) -> Any:
        """The attribute of `thing`. Raises AttributeError."""
        return getattr(thing, self.name)

    def __str__(self) -> str:
        return f"{self.module}:{self.path}"


# --- asyncio: event loops --------------------------------------------------------------------

LOOP_READY = Private(
    "asyncio",
    "BaseEventLoop._ready",
    used_for="the virtual loop: can a callback run without time passing? shuffle: their order",
    instance=True,
)
LOOP_SCHEDULED = Private(
    "asyncio",
    "BaseEventLoop._scheduled",
    used_for="the virtual loop: when is its next timer due? A heap, the earliest first",
    instance=True,
)
LOOP_TRANSPORTS = Private(
    "asyncio",
    "SelectorEventLoop._transports",
    used_for="the virtual clock: open connections, whose bytes may be under way, before a timeout",
    instance=True,
)
LOOP_DEFAULT_EXECUTOR = Private(
    "asyncio",
    "BaseEventLoop._default_executor",
    used_for="the virtual loop makes it with a fixed number of threads; the ledger ignores it",
    instance=True,
)
LOOP_WRITE_TO_SELF = Private(
    "asyncio",
    "SelectorEventLoop._write_to_self",
    used_for="the virtual clock wakes a loop that is in its selector",
)
LOOP_RUN_ONCE = Private(
    "asyncio",
    "BaseEventLoop._run_once",
    used_for="shuffle and blocking detector: where an iteration of the loop begins and ends",
)
POLICY_LOOP_FACTORY = Private(
    "asyncio",
    "DefaultEventLoopPolicy._loop_factory",
    used_for="the virtual clock: `asyncio.get_event_loop()` makes its loop by it",
)

GET_RUNNING_LOOP = Private(
    "asyncio",
    "_get_running_loop",
    used_for="the blocking detector: is this call made on a loop? Without an exception, if not",
)

# --- asyncio: callbacks and tasks ------------------------------------------------------------

HANDLE_RUN = Private(
    "asyncio",
    "Handle._run",
    used_for="timeline and blocking detector: every step of a loop goes through it",
)
HANDLE_CALLBACK = Private(
    "asyncio",
    "Handle._callback",
    used_for="timeline, ledger and blocking detector: which task or function a step belongs to",
)
HANDLE_LOOP = Private(
    "asyncio",
    "Handle._loop",
    used_for="timeline and blocking detector: the loop whose time a timer goes by",
)
HANDLE_CANCELLED = Private(
    "asyncio",
    "Handle._cancelled",
    used_for="the blocking detector counts how many timers were held up",
)
TIMER_WHEN = Private(
    "asyncio",
    "TimerHandle._when",
    used_for="the blocking detector counts how many timers were held up",
)
TASK_EXCEPTION = Private(
    "asyncio",
    "Task._exception",
    used_for="ledger and timeline read an exception: asking for it would silence asyncio",
)
TASK_LOG_TRACEBACK = Private(
    "asyncio",
    "Task._log_traceback",
    used_for="the ledger: has nobody retrieved the task's exception yet?",
)

# --- threading, queue, subprocess ------------------------------------------------------------

THREADING_ALLOCATE_LOCK = Private(
    "threading",
    "_allocate_lock",
    used_for="the virtual clock: `Condition.wait` makes by it the lock that it waits on",
)
THREADING_TIME = Private(
    "threading",
    "_time",
    used_for="the virtual clock: `threading` reads the time under this name",
)
THREADING_ACTIVE = Private(
    "threading",
    "_active",
    used_for="the blocking detector finds a thread by its number without taking a lock",
)
THREAD_TARGET = Private(
    "threading",
    "Thread._target",
    used_for="the virtual clock recognizes worker threads of pools by their function",
    instance=True,
)
SEMAPHORE_VALUE = Private(
    "threading",
    "Semaphore._value",
    used_for="the blocking detector: would acquiring it have to wait?",
    instance=True,
)
QUEUE_TIME = Private(
    "queue",
    "time",
    used_for="the virtual clock: `queue` reads the time under this name",
)
PY_SIMPLE_QUEUE = Private(
    "queue",
    "_PySimpleQueue",
    used_for="the virtual clock: a `SimpleQueue` in Python, whose waits it sees",
)
POOL_QUEUE = Private(
    "concurrent.futures.thread",
    "queue",
    used_for="the virtual clock: pools take their own queues from the module of this name",
)
SUBPROCESS_TIME = Private(
    "subprocess",
    "_time",
    used_for="the virtual clock gives it real time, or waiting with a timeout would never end",
)
SUBPROCESS_TIME_MODULE = Private(
    "subprocess",
    "time",
    used_for="the virtual clock gives it real time, or waiting with a timeout would never end",
)

# --- multiprocessing, socketserver -----------------------------------------------------------

PROCESS_TARGET = Private(
    "multiprocessing.process",
    "BaseProcess._target",
    used_for="the virtual clock recognizes the processes of pools by their function",
    instance=True,
)
MULTIPROCESSING_TIMES = tuple(
    Private(
        f"multiprocessing.{module}",
        "time",
        used_for="the virtual clock gives it real time, or waiting with a timeout would never end",
    )
    for module in ("connection", "managers", "queues", "synchronize")
)
MULTIPROCESSING_POOL_CACHE = Private(
    "multiprocessing.pool",
    "ThreadPool._cache",
    used_for="the virtual clock: has an iterator of `Pool.imap` got all of its results?",
    instance=True,
)
MULTIPROCESSING_POOL_STATE = Private(
    "multiprocessing.pool",
    "ThreadPool._state",
    used_for="the virtual clock: has the pool been terminated, with jobs that never end?",
    instance=True,
)
SOCKETSERVER_TIME = Private(
    "socketserver",
    "time",
    used_for="the virtual clock gives it real time, or waiting with a timeout would never end",
)

SPAWN_PREPARATION = Private(
    "multiprocessing.spawn",
    "get_preparation_data",
    used_for="what each spawned process is told first: also the code of the submission",
)
SPAWN_FLAGS = Private(
    "multiprocessing.util",
    "_args_from_interpreter_flags",
    used_for="spawned processes do not import what lies beside the submission",
)

# --- concurrent.futures ----------------------------------------------------------------------

FUTURE_INVOKE_CALLBACKS = Private(
    "concurrent.futures",
    "Future._invoke_callbacks",
    used_for="the virtual clock: a job counts until its result has been passed on, not only set",
)
FUTURE_CONDITION = Private(
    "concurrent.futures",
    "Future._condition",
    used_for="the lock under which the former is patched on one future",
    instance=True,
)
POOL_MAX_WORKERS = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._max_workers",
    used_for="the virtual clock: how many jobs of a pool can run at once",
    instance=True,
)
POOL_THREADS = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._threads",
    used_for="the ledger: does a pool still have threads, and how many?",
    instance=True,
)
POOL_SHUTDOWN = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._shutdown",
    used_for="the ledger: has the pool been shut down?",
    instance=True,
)
POOL_PROCESSES = Private(
    "concurrent.futures",
    "ProcessPoolExecutor._processes",
    used_for="the ledger: does a pool still have processes, and how many?",
    instance=True,
)
POOL_SHUTDOWN_THREAD = Private(
    "concurrent.futures",
    "ProcessPoolExecutor._shutdown_thread",
    used_for="the ledger: has the pool of processes been shut down?",
    instance=True,
)

# --- warnings and glob -----------------------------------------------------------------------

WARN_UNAWAITED = Private(
    "warnings",
    "_warn_unawaited_coroutine",
    used_for="the ledger: the interpreter calls it for each coroutine that was never awaited",
)
GLOB_SCANDIR = Private(
    "glob",
    "_StringGlobber.scandir",
    used_for="the blocking detector: how `pathlib` reads folders from Python 3.13 on",
)

# --- anyio -----------------------------------------------------------------------------------

ANYIO_WORKER_THREAD = Private(
    "anyio._backends._asyncio",
    "WorkerThread.__init__",
    used_for="the virtual clock gives anyio's worker threads an inbox that counts their jobs",
)

# --- asyncpg ---------------------------------------------------------------------------------

ASYNCPG_CONNECT = Private(
    "asyncpg.connect_utils",
    "_connect",
    used_for="the virtual clock does not move while asyncpg connects",
)
ASYNCPG_CANCEL = Private(
    "asyncpg.connect_utils",
    "_cancel",
    used_for="the virtual clock does not move while asyncpg cancels a query",
)
ASYNCPG_WAIT_FOR_CANCELLATION = Private(
    "asyncpg.protocol",
    "Protocol._wait_for_cancellation",
    used_for="the virtual clock does not move while asyncpg waits for a cancelled query to end",
)
ASYNCPG_ACQUIRE = Private(
    "asyncpg",
    "Pool._acquire",
    used_for="the ledger: connections that were acquired from a pool and not given back",
)
ASYNCPG_HOLDER = Private(
    "asyncpg.pool",
    "PoolConnectionProxy._holder",
    used_for="the ledger: the slot of the pool that an acquired connection takes",
)
ASYNCPG_IN_USE = Private(
    "asyncpg.pool",
    "PoolConnectionHolder._in_use",
    used_for="the ledger: the future that is done when a connection has been given back",
)
ASYNCPG_INITIALIZED = Private(
    "asyncpg",
    "Pool._initialized",
    used_for="the ledger: a pool that was never opened need not be closed",
)
ASYNCPG_CLOSED = Private(
    "asyncpg",
    "Pool._closed",
    used_for="the ledger: has the pool been closed?",
)

# --- httpx and pydantic ----------------------------------------------------------------------

HTTPX_SSL_CONTEXT = Private(
    "httpx._transports.default",
    "create_ssl_context",
    used_for="children share one TLS context, which costs 20 ms of processor time",
    used_in="child",
)
PYDANTIC_METACLASS = Private(
    "pydantic._internal._model_construction",
    "ModelMetaclass.__new__",
    used_for="the blocking detector exempts the building of models, which is set-up work",
)


ALL = (
    *(value for value in list(globals().values()) if isinstance(value, Private)),
    *MULTIPROCESSING_TIMES,
)
DOCUMENTED = frozenset({"_asdict", "_exit", "_current_frames", "_fields", "_getframe", "_replace"})
"""Names with an underscore that Python documents: of `os`, `sys` and `collections.namedtuple`."""
