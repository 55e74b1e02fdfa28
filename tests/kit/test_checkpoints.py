"""In watched code a thread pauses at each new line, and leaves nothing behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from graders.kit.instruments.source import Source
from graders.kit.instruments.watch import Watch
from graders.kit.instruments.watch.checkpoints import OFTEN, TOOLS, Checkpoints
from tests.kit.watched import Program

monitoring: Any = getattr(sys, "monitoring", None)

pytestmark = pytest.mark.skipif(monitoring is None, reason="Python 3.12 and later")

OPERATOR = """
    import asyncio
    haystack = [float(number) for number in range(1000)] * 16_000
    def helper():
        return -1.0 in haystack  # <-
    async def main():
        await asyncio.sleep(0)
        found = helper()
        await asyncio.sleep(0)
        return found
    """


def test_a_long_operator_is_found_on_its_own_line(tmp_path: Path):
    """Not on the next one that calls something, in another function."""
    program = Program(tmp_path, OPERATOR)
    watch = Watch(program.source)
    assert program.run(watch) is False
    assert [(f.call, f.line) for f in watch.findings] == [("helper", program.guilty)]


def test_without_a_free_tool_the_watch_still_finds_it(tmp_path: Path):
    """Debuggers and profilers may have taken them all; only the line is worse then."""
    program = Program(tmp_path, OPERATOR)
    watch = Watch(program.source)
    for tool in TOOLS:
        monitoring.use_tool_id(tool, "somebody else")
    try:
        program.run(watch)
    finally:
        for tool in TOOLS:
            monitoring.free_tool_id(tool)
    assert [f.family for f in watch.findings] == ["cpu"]


def test_nothing_is_left_behind(tmp_path: Path):
    """No tool, no events, not even in the code that was watched."""
    program = Program(tmp_path, OPERATOR)
    module = None
    with Watch(program.source):
        module = program.load()
        module.helper()
        (used,) = [tool for tool in TOOLS if monitoring.get_tool(tool)]
        assert monitoring.get_local_events(used, module.helper.__code__)
    assert [monitoring.get_tool(tool) for tool in TOOLS] == [None, None]
    monitoring.use_tool_id(used, "a look")
    try:
        assert monitoring.get_events(used) == 0
        assert monitoring.get_local_events(used, module.helper.__code__) == 0
    finally:
        monitoring.free_tool_id(used)


def test_a_loop_is_left_alone_after_a_few_turns(tmp_path: Path, monkeypatch):
    """So that watched code computes as fast as any other."""
    reached: list[int] = []
    plain = Checkpoints._reaches

    def counted(checkpoints: Checkpoints, code: Any, number: int) -> Any:
        reached.append(number)
        return plain(checkpoints, code, number)

    monkeypatch.setattr(Checkpoints, "_reaches", counted)
    text = """
    async def main():
        total = 0
        for number in range(100_000):
            total += number
    """
    program = Program(tmp_path, text)
    program.run(Watch(program.source))
    assert max(map(reached.count, reached)) == OFTEN


def test_two_watches_at_once_find_the_same(tmp_path: Path):
    """Each has a tool of its own; the timer belongs to the one that came last."""
    program = Program(tmp_path, OPERATOR)
    outer, inner = Watch(Source(tmp_path)), Watch(program.source)
    with outer:
        program.run(inner)
    assert [(f.call, f.line) for f in inner.findings] == [("helper", program.guilty)]
    assert [f.family for f in outer.findings] == ["cpu"]
