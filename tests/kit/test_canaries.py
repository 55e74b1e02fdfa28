"""Canaries: what the virtual clock relies on although its owners never promised it.

One that falls over after an upgrade names what has changed, and where in
`graders/kit/instruments` it is used.
"""

from __future__ import annotations

import asyncio
import concurrent.futures
import importlib
import inspect
import queue
import selectors
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import _ExecutorManagerThread

import asyncpg.connect_utils
import asyncpg.protocol
import pytest
from anyio._backends._asyncio import WorkerThread

from graders.kit.instruments.clock import Clock, VirtualLoop
from graders.kit.instruments.clock.threads import SERVICES
from graders.kit.instruments.libraries.asyncpg import OPERATIONS


@pytest.mark.parametrize(
    "name", ["_ready", "_scheduled", "_transports", "_default_executor", "_write_to_self"]
)
def test_event_loop_still_has(name: str):
    """loop.py reads it: if asyncio renamed it, follow in `VirtualLoop`'s declarations."""
    loop = asyncio.SelectorEventLoop()
    try:
        assert hasattr(loop, name)
    finally:
        loop.close()


def test_event_loop_waits_only_in_its_selector():
    """loop.py: `select` gets 0 while callbacks are ready, the next timer's distance, or None."""
    asked = []

    class Asked(selectors.DefaultSelector):
        def select(self, timeout=None):
            asked.append(timeout)
            return super().select(0)

    loop = asyncio.SelectorEventLoop(Asked())
    try:
        loop.call_soon(loop.call_later, 60, loop.stop)
        loop.call_soon(loop.call_soon, loop.stop)
        loop.run_forever()
        assert asked == [0, 0]
        assert loop._scheduled[0].when() > loop.time()
    finally:
        loop.close()


def test_condition_waits_on_an_allocated_lock(monkeypatch: pytest.MonkeyPatch):
    """threads.py puts a `Gate` there: if it is made otherwise, replace `Condition.wait` itself."""
    taken = []

    class Lock:
        def acquire(self, *args):
            taken.append(args)
            return True

    condition = threading.Condition()
    monkeypatch.setattr(threading, "_allocate_lock", Lock)
    with condition:
        condition.wait()
        condition.wait(2.5)
    assert taken == [(), (), (), (True, 2.5)]


@pytest.mark.parametrize(
    ("module", "name"), [(threading, "_time"), (queue, "time"), (subprocess, "_time")]
)
def test_module_bound_monotonic_as(module, name: str):
    """clock.py replaces this name: if the module asks elsewhere, replace that."""
    assert getattr(module, name) is time.monotonic


def test_subprocess_asks_the_time_module():
    """clock.py gives it real time under this name, or it would spin through virtual seconds."""
    assert subprocess.time is time


def test_future_posts_its_result_in_invoke_callbacks():
    """threads.py: a job counts until this has run, set on the future under its `_condition`."""
    future: concurrent.futures.Future[int] = concurrent.futures.Future()
    told = []
    with future._condition:
        future._invoke_callbacks = lambda: told.append(future.done())
    future.set_result(1)
    assert told == [True]


def test_pool_says_how_many_workers_it_may_have():
    """schedule.py asks for `_max_workers`."""
    with ThreadPoolExecutor(3) as pool:
        assert pool._max_workers == 3


def test_services_are_known_by_their_modules():
    """threads.py: these threads are no actors, or an idle worker would stop the clock."""
    with ThreadPoolExecutor(1) as pool:
        pool.submit(int).result()
        (worker,) = pool._threads
        assert worker._target.__module__ in SERVICES
    assert {WorkerThread.__module__, _ExecutorManagerThread.__module__} <= set(SERVICES)


def test_runner_makes_its_loop_by_new_event_loop(monkeypatch: pytest.MonkeyPatch):
    """clock.py replaces `asyncio.events.new_event_loop`, so that `asyncio.run` is virtual."""
    made = asyncio.new_event_loop()
    monkeypatch.setattr(asyncio.events, "new_event_loop", lambda: made)
    with asyncio.Runner() as runner:
        assert runner.get_loop() is made


def test_anyio_worker_reports_before_it_is_done():
    """threads.py gives `WorkerThread` an inbox: `put_nowait` begins a job, `task_done` ends it."""
    source = inspect.getsource(WorkerThread.run)
    report, done = source.index("call_soon_threadsafe"), source.index("self.queue.task_done")
    assert source.index("context, func, args, future, cancel_scope = item") < report < done
    assert "self.queue: Queue" in inspect.getsource(WorkerThread.__init__)


def test_all_of_asyncpgs_operations_are_known():
    """queries.py: a coroutine method it does not know would not hold the clock."""
    protocol = asyncpg.protocol.Protocol
    assert {name for name in OPERATIONS if not hasattr(protocol, name)} == set()
    coroutines = {
        name
        for base in protocol.__mro__
        if base.__module__.startswith("asyncpg.")
        for name, value in vars(base).items()
        if inspect.iscoroutinefunction(value)
    }
    assert coroutines - set(OPERATIONS) == {"_drain_cancels"}, "a part of `close`"


def test_asyncpg_connects_and_cancels_by_these_functions():
    """queries.py replaces them where `asyncpg.connection` looks them up."""
    source = inspect.getsource(asyncpg.connection)
    for name in ("_connect", "_cancel"):
        assert inspect.iscoroutinefunction(getattr(asyncpg.connect_utils, name))
        assert f"await connect_utils.{name}(" in source


def test_get_event_loop_makes_its_loop_by_the_policys_factory():
    """clock.py replaces `_loop_factory`: without it, `asyncio.get_event_loop()` is a real loop."""
    policy = asyncio.get_event_loop_policy()
    assert "_loop_factory" in vars(type(policy))
    with Clock():
        loop = policy.new_event_loop()
    assert isinstance(loop, VirtualLoop)
    loop.close()


def test_httpx_makes_its_tls_context_by_this_name():
    """warm.py shares one context among all children; else each client costs some 20 ms."""
    default = importlib.import_module("httpx._transports.default")
    source = inspect.getsource(default.AsyncHTTPTransport.__init__)
    assert "= create_ssl_context(" in source
    assert list(inspect.signature(default.create_ssl_context).parameters)[:2] == ["verify", "cert"]
