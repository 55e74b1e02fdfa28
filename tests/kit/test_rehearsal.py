"""The rehearsal goes well, and leaves a fork server as it was: its children inherit what it is."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest

from tests.kit.graded import ROOT

PROGRAM = """
import asyncio, gc, importlib, json, linecache, os, signal, sys, threading, warnings
from graders.kit.child.rehearsal import rehearse
from graders.kit.instruments.clock import TimeDispatch

TimeDispatch.install()
for name in sys.argv[1:]:
    importlib.import_module(name)
rehearse()  # whatever is imported late is there now

def bound():
    # What everything that instruments might patch is bound to: names of modules and of classes.
    values = {}
    for name, module in list(sys.modules.items()):
        if module in (None, sys.modules["__main__"]) or name.startswith("graders."):
            continue
        for key, value in list(vars(module).items()):
            values[f"{name}.{key}"] = value
            if isinstance(value, type):
                for attribute, its in list(vars(value).items()):
                    values[f"{name}.{key}.{attribute}"] = its
    return values

def state():
    return {
        "threads": [thread.name for thread in threading.enumerate()],
        "signals": {str(n): str(signal.getsignal(n)) for n in signal.valid_signals()},
        "timers": [signal.getitimer(signal.ITIMER_PROF), signal.getitimer(signal.ITIMER_REAL)],
        "finders": [str(finder) for finder in sys.meta_path],
        "collector": [str(each) for each in gc.callbacks],
        "origins": sys.get_coroutine_origin_tracking_depth(),
        "folder": os.getcwd(),
        "descriptors": len(os.listdir("/proc/self/fd")) if os.path.exists("/proc/self/fd") else 0,
        "sources": sorted(path for path in linecache.cache if "rehearsed" in path),
        "modules": sorted(sys.modules),
        "virtual threads": len(TimeDispatch.of_process().by_thread),
        "filters": len(warnings.filters),
    }

before, names = state(), bound()
records = rehearse()
after = state()
print(json.dumps({
    "records": {record.scenario: [record.outcome, record.message] for record in records},
    "findings": [str(finding) for record in records for finding in record.findings],
    "changed": sorted(key for key, value in bound().items() if names.get(key) is not value),
    "before": before,
    "after": after,
    "task": asyncio.Task(asyncio.sleep(0), loop=asyncio.new_event_loop()).get_name(),
}))
"""


@pytest.fixture(scope="module")
def seen() -> dict[str, Any]:
    """What a process that has all libraries says of itself after its second rehearsal."""
    modules = ("fastapi", "httpx", "asyncpg", "graders.kit.instruments.http.upstream")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", PROGRAM, *modules],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_each_scenario_comes_to_its_end(seen: dict[str, Any]) -> None:
    """One that fails leaves the rest to the children, and no verdict would show it."""
    assert seen["records"] == {
        name: ["done", ""] for name in ("coroutines", "ordinary_code", "fetched", "served")
    }
    assert seen["findings"] == []


def test_the_process_is_what_it_was(seen: dict[str, Any]) -> None:
    """No thread, handler, timer, file or module of it is left."""
    assert seen["after"] == seen["before"]


def test_no_patch_is_left(seen: dict[str, Any]) -> None:
    """Every name of every module and class is bound to what it was bound to."""
    assert seen["changed"] == []


def test_tasks_are_not_counted(seen: dict[str, Any]) -> None:
    """One for each scenario of a loop, before it can name the others: six in two rehearsals."""
    assert seen["task"] == "Task-7"


def test_only_what_is_imported_is_rehearsed() -> None:
    """Katas of plain coroutines do not wait until FastAPI and httpx are imported."""
    program = (
        "import sys; from graders.kit.child.rehearsal import rehearse; "
        "print([record.scenario for record in rehearse()], 'httpx' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120
    )
    assert done.stdout.strip() == "['coroutines', 'ordinary_code'] False", done.stderr
