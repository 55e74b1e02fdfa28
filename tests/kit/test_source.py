"""Which code is watched, and which of its lines a stack or task is on."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from types import ModuleType

import pytest

from graders.kit.instruments.source import Source

TEXT = """import asyncio

def fails():
    return int("x")

async def waits(event):
    await inner(event)

async def inner(event):
    await event.wait()

def calls(function):
    return function()
"""


@pytest.fixture
def watched(tmp_path: Path) -> tuple[Source, ModuleType]:
    path = tmp_path / "program.py"
    path.write_text(TEXT)
    module = ModuleType("program")
    exec(compile(TEXT, str(path), "exec"), module.__dict__)
    return Source(path), module


def test_a_running_line_is_found_below_library_frames(watched):
    """The innermost watched line, however deep the call below it is."""
    source, program = watched

    line = program.calls(lambda: sorted([1], key=lambda _: source.caller()) and source.caller())

    assert str(line) == "program.py:13"


def test_an_exception_gives_the_line_it_came_from(watched):
    """The innermost watched one of its traceback."""
    source, program = watched

    with pytest.raises(ValueError, match="invalid literal") as caught:
        program.calls(program.fails)

    assert str(source.traceback(caught.value.__traceback__)) == "program.py:4"


async def test_a_waiting_task_gives_the_line_it_waits_on(watched):
    """The innermost of its chain of awaits, where `Task.get_stack` has only the outermost."""
    source, program = watched
    task = asyncio.create_task(program.waits(asyncio.Event()))
    await asyncio.sleep(0)

    line = source.task(task)
    task.cancel()

    assert (line.file, line.line, line.function) == ("program.py", 10, "inner")


def test_other_code_has_no_watched_line(watched):
    """Not even when its name begins alike."""
    source, _ = watched

    assert source.frame(sys._getframe()) is None
    assert not source.owns(str(source.path) + "c")
    assert not source.owns(str(source.path.parent / "other.py"))


def test_a_folder_owns_what_is_below_it(tmp_path):
    """And not its neighbour with a longer name."""
    source = Source(tmp_path / "app")

    assert source.owns(str(tmp_path / "app" / "routes" / "items.py"))
    assert not source.owns(str(tmp_path / "app2" / "items.py"))
