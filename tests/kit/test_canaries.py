"""Canaries: what the kit relies on although its owners never promised it.

One that fails after an upgrade names what has changed, and what it is used for. The names are
listed in `graders/kit/instruments/private.py`.
"""

from __future__ import annotations

import ast
import asyncio
import concurrent.futures
import importlib
import inspect
import queue
import re
import selectors
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures.process import _ExecutorManagerThread
from contextlib import ExitStack, contextmanager
from pathlib import Path

import asyncpg.connect_utils
import asyncpg.protocol
import pytest
from anyio._backends._asyncio import WorkerThread

from graders.kit.instruments import private
from graders.kit.instruments.clock import Clock, VirtualLoop
from graders.kit.instruments.clock.threads import SERVICES
from graders.kit.instruments.libraries.asyncpg import OPERATIONS
from graders.kit.instruments.private import Private

KIT = Path(private.__file__).parents[1]
DETECTOR = "instruments/blocking"
"""The blocking detector may spell every name of the table: its wrappers have to be fast."""


# --- one test for each entry of the table ----------------------------------------------------


@contextmanager
def example(entry: Private) -> Iterator[object]:
    """An instance of the class that has the attribute."""
    owner = entry.path.partition(".")[0]
    with ExitStack() as stack:
        if owner.endswith("Loop"):
            loop = asyncio.SelectorEventLoop()
            stack.callback(loop.close)
            yield loop
        elif owner.endswith(("Executor", "Pool")):
            module = importlib.import_module(entry.module)
            yield stack.enter_context(getattr(module, owner)(1))
        else:
            yield getattr(importlib.import_module(entry.module), owner)()


@pytest.mark.parametrize("entry", private.ALL, ids=str)
def test_the_attribute_is_still_there(entry: Private):
    """If an upgrade has renamed it, find what replaced it, and change its entry."""
    if entry is private.GLOB_SCANDIR and sys.version_info < (3, 13):
        pytest.skip("only in Python 3.13 and later")
    explained = f"{entry} is gone. Used for: {entry.used_for}"
    if entry.instance:
        with example(entry) as thing:
            assert hasattr(thing, entry.name), explained
    else:
        owner, name = entry.place
        assert hasattr(owner, name), explained


def test_entries_are_complete():
    """Each is listed once, and says what it is for."""
    assert len({str(entry) for entry in private.ALL}) == len(private.ALL) > 30
    assert all(entry.used_for for entry in private.ALL)


# --- nobody else spells a private name -------------------------------------------------------


def foreign_names(tree: ast.Module, own: set[str]) -> Iterator[tuple[int, str]]:
    """Private names in a module's code that neither it nor what it imports defines."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr not in private.DOCUMENTED:
            name = node.attr
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            # Names and paths that are given to `getattr`, `replace`, `import_module`.
            name = node.value if re.fullmatch(r"\w+(\.\w+)*", node.value) else ""
        elif isinstance(node, ast.ImportFrom):
            name = ".".join([node.module or "", *(alias.name for alias in node.names)])
        elif isinstance(node, ast.Import):
            name = ".".join(alias.name for alias in node.names)
        else:
            continue
        for part in name.split("."):
            if re.match(r"_[^_]", part) and part not in own and part != "_thread":
                yield node.lineno, name


def defined(tree: ast.Module) -> set[str]:
    """Every name that a module defines, at whatever depth."""
    names = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Attribute | ast.Name) and isinstance(node.ctx, ast.Store):
            names.add(node.attr if isinstance(node, ast.Attribute) else node.id)
        elif isinstance(node, ast.arg):
            names.add(node.arg)
        elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("setdefault"):
            names |= {arg.value for arg in node.args if isinstance(arg, ast.Constant)}
    return names


def kit_modules() -> dict[str, ast.Module]:
    """The syntax trees of the kit, by path below `graders/kit`."""
    files = [file.relative_to(KIT).as_posix() for file in sorted(KIT.rglob("*.py"))]
    return {file: ast.parse((KIT / file).read_text()) for file in files}


def test_no_other_module_of_the_kit_spells_a_private_name():
    """Private attributes of other packages are in `instruments/private.py`, and nowhere else."""
    modules = kit_modules()
    names = {file: defined(tree) for file, tree in modules.items()}
    found = []
    for file, tree in modules.items():
        if file == "instruments/private.py":
            continue
        own = set(names[file])
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("graders.kit."):
                own |= names.get("/".join(node.module.split(".")[2:]) + ".py", set())
        listed = {
            spelled
            for entry in private.ALL
            if file.startswith(DETECTOR) or (entry.used_in and file.startswith(entry.used_in))
            for spelled in (entry.module, entry.path, entry.name)
        }
        found += [
            f"{file}:{line}: {name}"
            for line, name in foreign_names(tree, own)
            if name not in listed
        ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("handle._run()", "_run"),
        ("class Mine(Theirs):\n    def go(self):\n        return self._ready", "_ready"),
        ("getattr(pool, '_threads')", "_threads"),
        ("import_module('httpx._transports.default')", "httpx._transports.default"),
        ("from anyio._backends import _asyncio", "anyio._backends._asyncio"),
        ("import anyio._backends", "anyio._backends"),
    ],
)
def test_a_private_name_would_be_found(text: str, name: str):
    """However it is spelled."""
    tree = ast.parse(text)
    assert {found for _, found in foreign_names(tree, defined(tree))} == {name}


def test_own_and_documented_names_are_no_foreign_ones():
    """What a module defines itself, and what Python documents."""
    tree = ast.parse("class Own:\n    def _go(self):\n        self._x = sys._getframe(1)\n")
    assert list(foreign_names(tree, defined(tree))) == []


# --- what a name alone does not say: how it behaves ------------------------------------------


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
    """threads.py puts a `Waiter` there: if it is made elsewhere, patch `Condition.wait` itself."""
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
    """threads.py: these threads do not take part, or an idle worker would stop the clock."""
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
    """libraries/asyncpg.py: a coroutine method it does not know would not hold the clock."""
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
    """libraries/asyncpg.py replaces them where `asyncpg.connection` looks them up."""
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
    """preload.py shares one context among all children; else each client costs some 20 ms."""
    default = importlib.import_module("httpx._transports.default")
    source = inspect.getsource(default.AsyncHTTPTransport.__init__)
    assert "= create_ssl_context(" in source
    assert list(inspect.signature(default.create_ssl_context).parameters)[:2] == ["verify", "cert"]
