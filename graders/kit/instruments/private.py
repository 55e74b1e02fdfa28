"""Every private attribute of another package that the kit relies on. There are no others.

Nobody promised these names. Each entry says what we use it for and what breaks without it,
and has a test in `tests/kit/test_canaries.py`, so that an upgrade which renames one fails
there first. A test also sees to it that no other module of the kit spells a private name:

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
    without: str
    """What breaks if it is gone."""
    instance: bool = False
    """Whether only instances have it, and not the class itself."""
    used_in: str = ""
    """Where it is spelled out, if not here: a path below `graders/kit`. The blocking detector,
    whose wrappers have to be fast, spells several of them."""

    @cached_property
    def name(self) -> str:
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
    without="the clock would jump over callbacks that are ready",
    instance=True,
)
LOOP_SCHEDULED = Private(
    "asyncio",
    "BaseEventLoop._scheduled",
    used_for="the virtual loop: the heap of timers, the earliest first",
    without="the clock would not know when a loop's next timer is due",
    instance=True,
)
LOOP_TRANSPORTS = Private(
    "asyncio",
    "SelectorEventLoop._transports",
    used_for="the virtual clock: open connections, whose bytes may be under way",
    without="a timeout could fire while an answer is already on its way",
    instance=True,
)
LOOP_DEFAULT_EXECUTOR = Private(
    "asyncio",
    "BaseEventLoop._default_executor",
    used_for="the virtual loop makes it with a fixed number of threads; the ledger ignores it",
    without="what overlaps in threads would depend on the number of cores",
    instance=True,
)
LOOP_WRITE_TO_SELF = Private(
    "asyncio",
    "SelectorEventLoop._write_to_self",
    used_for="the virtual clock wakes a loop that is in its selector",
    without="a loop would not notice that its time has come",
)
LOOP_RUN_ONCE = Private(
    "asyncio",
    "BaseEventLoop._run_once",
    used_for="shuffle and blocking detector: where an iteration of the loop begins and ends",
    without="tasks could not be shuffled, nor processor time and sleep attributed to a step",
    used_in="instruments/watch",
)
POLICY_LOOP_FACTORY = Private(
    "asyncio",
    "DefaultEventLoopPolicy._loop_factory",
    used_for="the virtual clock: `asyncio.get_event_loop()` makes its loop by it",
    without="that loop would be in real time",
)

GET_RUNNING_LOOP = Private(
    "asyncio",
    "_get_running_loop",
    used_for="the blocking detector: is this call made on a loop? Without an exception, if not",
    without="every call of a patched function off a loop would cost an exception",
    used_in="instruments/watch",
)

# --- asyncio: callbacks and tasks ------------------------------------------------------------

HANDLE_RUN = Private(
    "asyncio",
    "Handle._run",
    used_for="timeline and blocking detector: every step of a loop goes through it",
    without="neither would see any step",
)
HANDLE_CALLBACK = Private(
    "asyncio",
    "Handle._callback",
    used_for="timeline, ledger and blocking detector: which task or function a step belongs to",
    without="steps could not be attributed to tasks",
)
HANDLE_LOOP = Private(
    "asyncio",
    "Handle._loop",
    used_for="timeline and blocking detector: the loop whose time a timer goes by",
    without="a late timer would look like a longer wait",
)
HANDLE_CANCELLED = Private(
    "asyncio",
    "Handle._cancelled",
    used_for="the blocking detector counts how many timers were held up",
    without="`held_up` would count cancelled timers",
    used_in="instruments/watch",
)
TIMER_WHEN = Private(
    "asyncio",
    "TimerHandle._when",
    used_for="the blocking detector counts how many timers were held up",
    without="`held_up` would be unknown",
    used_in="instruments/watch",
)
TASK_EXCEPTION = Private(
    "asyncio",
    "Task._exception",
    used_for="ledger and timeline read a task's exception without retrieving it",
    without="asking for it would silence asyncio's own complaint",
)
TASK_LOG_TRACEBACK = Private(
    "asyncio",
    "Task._log_traceback",
    used_for="the ledger: has nobody retrieved the task's exception yet?",
    without="lost exceptions of tasks would not be reported",
)

# --- threading, queue, subprocess ------------------------------------------------------------

THREADING_ALLOCATE_LOCK = Private(
    "threading",
    "_allocate_lock",
    used_for="the virtual clock: `Condition.wait` makes by it the lock that it waits on",
    without="waits of threads would be in real time",
)
THREADING_TIME = Private(
    "threading",
    "_time",
    used_for="the virtual clock: `threading` reads the time under this name",
    without="timeouts between threads would be in real time",
)
THREADING_ACTIVE = Private(
    "threading",
    "_active",
    used_for="the blocking detector finds a thread by its number without taking a lock",
    without="the sleep meter could not ask the kernel about a thread",
    used_in="instruments/watch",
)
THREAD_TARGET = Private(
    "threading",
    "Thread._target",
    used_for="the virtual clock recognizes worker threads of pools by their function",
    without="an idle worker thread would keep the clock from moving",
    instance=True,
)
SEMAPHORE_VALUE = Private(
    "threading",
    "Semaphore._value",
    used_for="the blocking detector: would acquiring it have to wait?",
    without="each `acquire` of a free semaphore would count as blocking",
    instance=True,
    used_in="instruments/watch",
)
QUEUE_TIME = Private(
    "queue",
    "time",
    used_for="the virtual clock: `queue` reads the time under this name",
    without="timeouts of queues would be in real time",
)
PY_SIMPLE_QUEUE = Private(
    "queue",
    "_PySimpleQueue",
    used_for="the virtual clock: a `SimpleQueue` in Python, whose waits it sees",
    without="a thread that waits for an item would look as if it were at work",
)
POOL_QUEUE = Private(
    "concurrent.futures.thread",
    "queue",
    used_for="the virtual clock: pools take their own queues from the module of this name",
    without="a pool could not keep the queue in C, which a destructor may use at any time",
)
SUBPROCESS_TIME = Private(
    "subprocess",
    "_time",
    used_for="the virtual clock gives `subprocess` real time under this name",
    without="waiting for a process with a timeout would never end",
)
SUBPROCESS_TIME_MODULE = Private(
    "subprocess",
    "time",
    used_for="the virtual clock gives `subprocess` real time under this name",
    without="waiting for a process would spin through virtual seconds",
)

# --- multiprocessing, socketserver -----------------------------------------------------------

PROCESS_TARGET = Private(
    "multiprocessing.process",
    "BaseProcess._target",
    used_for="the virtual clock recognizes the processes of pools by their function",
    without="a pool's idle process would keep the clock from moving",
    instance=True,
)
MULTIPROCESSING_TIMES = tuple(
    Private(
        f"multiprocessing.{module}",
        "time",
        used_for="the virtual clock gives `multiprocessing` real time under this name",
        without="waiting there with a timeout would never end",
    )
    for module in ("connection", "managers", "queues", "synchronize")
)
SOCKETSERVER_TIME = Private(
    "socketserver",
    "time",
    used_for="the virtual clock gives `socketserver` real time under this name",
    without="`handle_request` with a timeout would never end",
)

# --- concurrent.futures ----------------------------------------------------------------------

FUTURE_INVOKE_CALLBACKS = Private(
    "concurrent.futures",
    "Future._invoke_callbacks",
    used_for="the virtual clock: a job counts until its result has been passed on",
    without="the clock could move between the end of a job and the arrival of its result",
)
FUTURE_CONDITION = Private(
    "concurrent.futures",
    "Future._condition",
    used_for="the lock under which the former is patched on one future",
    without="a future that ends at that very time could be missed",
    instance=True,
)
POOL_MAX_WORKERS = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._max_workers",
    used_for="the virtual clock: how many jobs of a pool can run at once",
    without="a queued job would keep the clock from moving although it can't start",
    instance=True,
)
POOL_THREADS = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._threads",
    used_for="the ledger: does a pool still have threads, and how many?",
    without="pools that were never shut down would not be reported",
    instance=True,
)
POOL_SHUTDOWN = Private(
    "concurrent.futures",
    "ThreadPoolExecutor._shutdown",
    used_for="the ledger: has the pool been shut down?",
    without="pools that were never shut down would not be reported",
    instance=True,
)
POOL_PROCESSES = Private(
    "concurrent.futures",
    "ProcessPoolExecutor._processes",
    used_for="the ledger: does a pool still have processes, and how many?",
    without="pools of processes that were never shut down would not be reported",
    instance=True,
)
POOL_SHUTDOWN_THREAD = Private(
    "concurrent.futures",
    "ProcessPoolExecutor._shutdown_thread",
    used_for="the ledger: has the pool of processes been shut down?",
    without="pools of processes that were never shut down would not be reported",
    instance=True,
)

# --- warnings and glob -----------------------------------------------------------------------

WARN_UNAWAITED = Private(
    "warnings",
    "_warn_unawaited_coroutine",
    used_for="the ledger: the interpreter calls it for each coroutine that was never awaited",
    without="coroutines that were never awaited would not be reported",
)
GLOB_SCANDIR = Private(
    "glob",
    "_StringGlobber.scandir",
    used_for="the blocking detector: how `pathlib` reads folders from Python 3.13 on",
    without="`Path.glob` on the loop would not be found, there",
    used_in="instruments/watch",
)

# --- anyio -----------------------------------------------------------------------------------

ANYIO_WORKER_THREAD = Private(
    "anyio._backends._asyncio",
    "WorkerThread.__init__",
    used_for="the virtual clock gives anyio's worker threads an inbox that counts their jobs",
    without="work in `def` routes would not keep the clock from moving",
)

# --- asyncpg ---------------------------------------------------------------------------------

ASYNCPG_CONNECT = Private(
    "asyncpg.connect_utils",
    "_connect",
    used_for="the virtual clock does not move while asyncpg connects",
    without="a timeout around connecting could fire although the server is there",
)
ASYNCPG_CANCEL = Private(
    "asyncpg.connect_utils",
    "_cancel",
    used_for="the virtual clock does not move while asyncpg cancels a query",
    without="a cancelled query could look like a deadlock",
)
ASYNCPG_WAIT_FOR_CANCELLATION = Private(
    "asyncpg.protocol",
    "Protocol._wait_for_cancellation",
    used_for="the virtual clock does not move while asyncpg waits for a cancelled query to end",
    without="a cancelled query could look like a deadlock",
)
ASYNCPG_ACQUIRE = Private(
    "asyncpg",
    "Pool._acquire",
    used_for="the ledger tracks connections that were acquired from a pool",
    without="connections that are not given back would not be reported",
)
ASYNCPG_HOLDER = Private(
    "asyncpg.pool",
    "PoolConnectionProxy._holder",
    used_for="the ledger: the slot of the pool that an acquired connection takes",
    without="connections that are not given back would not be reported",
)
ASYNCPG_IN_USE = Private(
    "asyncpg.pool",
    "PoolConnectionHolder._in_use",
    used_for="the ledger: the future that is done when a connection has been given back",
    without="connections that are not given back would not be reported",
)
ASYNCPG_INITIALIZED = Private(
    "asyncpg",
    "Pool._initialized",
    used_for="the ledger: a pool that was never opened need not be closed",
    without="pools that were only created would be reported as leaks",
)
ASYNCPG_CLOSED = Private(
    "asyncpg",
    "Pool._closed",
    used_for="the ledger: has the pool been closed?",
    without="pools that are not closed would not be reported",
)

# --- httpx and pydantic ----------------------------------------------------------------------

HTTPX_SSL_CONTEXT = Private(
    "httpx._transports.default",
    "create_ssl_context",
    used_for="children of the judge share one TLS context",
    without="each httpx client costs some 20 ms of processor time",
    used_in="child",
)
PYDANTIC_METACLASS = Private(
    "pydantic._internal._model_construction",
    "ModelMetaclass.__new__",
    used_for="the blocking detector exempts the building of models, which is set-up work",
    without="a model that is defined on the loop would count as blocking",
    used_in="instruments/watch",
)


ALL = (
    *(value for value in list(globals().values()) if isinstance(value, Private)),
    *MULTIPROCESSING_TIMES,
)
DOCUMENTED = frozenset({"_asdict", "_exit", "_current_frames", "_fields", "_getframe", "_replace"})
"""Names with an underscore that Python documents: of `os`, `sys` and `collections.namedtuple`."""
