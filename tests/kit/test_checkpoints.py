"""Checkpoints: watched code can be interrupted at each new line, and nothing is left behind."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.blocking.cpu.checkpoints import LOOP_COUNT, TOOLS, Checkpoints
from graders.kit.instruments.source import Source
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
    """It is not found on the next line that calls something, in another function."""
    program = Program(tmp_path, OPERATOR)
    detector = BlockingDetector(program.source)
    assert program.run(detector) is False
    assert [(f.call, f.line) for f in detector.findings] == [("helper", program.guilty)]


def test_without_a_free_tool_number_it_is_still_found(tmp_path: Path):
    """Debuggers and profilers may have taken them all; then only the line may be wrong."""
    program = Program(tmp_path, OPERATOR)
    detector = BlockingDetector(program.source)
    for tool in TOOLS:
        monitoring.use_tool_id(tool, "somebody else")
    try:
        program.run(detector)
    finally:
        for tool in TOOLS:
            monitoring.free_tool_id(tool)
    assert [f.family for f in detector.findings] == ["cpu"]


def test_nothing_is_left_behind(tmp_path: Path):
    """No tool, no events, not even in the code that was watched."""
    program = Program(tmp_path, OPERATOR)
    module = None
    with BlockingDetector(program.source):
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


def test_a_loop_is_left_alone_after_a_few_iterations(tmp_path: Path, monkeypatch):
    """Watched code computes as fast as any other."""
    reached: list[int] = []
    plain = Checkpoints._on_line

    def counted(checkpoints: Checkpoints, code: Any, number: int) -> Any:
        reached.append(number)
        return plain(checkpoints, code, number)

    monkeypatch.setattr(Checkpoints, "_on_line", counted)
    text = """
    async def main():
        total = 0
        for number in range(100_000):
            total += number
    """
    program = Program(tmp_path, text)
    program.run(BlockingDetector(program.source))
    assert max(map(reached.count, reached)) == LOOP_COUNT


def test_two_detectors_at_once_find_the_same(tmp_path: Path):
    """Each has a tool number of its own; the timer belongs to the one entered last."""
    program = Program(tmp_path, OPERATOR)
    outer, inner = BlockingDetector(Source(tmp_path)), BlockingDetector(program.source)
    with outer:
        program.run(inner)
    assert [(f.call, f.line) for f in inner.findings] == [("helper", program.guilty)]
    assert [f.family for f in outer.findings] == ["cpu"]
