"""aiocop: audit events and slow callbacks. Set up as its quick start says, at its default of 30 ms.

Its callback gets every step over the threshold, and every step with an audit event in it.
The former alone are its findings, as where its manual sets it up for an application.
"""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import aiocop

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(program: Path, short: bool = False) -> Verdict:
    events: list[aiocop.SlowTaskEvent] = []
    aiocop.patch_audit_functions()
    aiocop.start_blocking_io_detection()
    aiocop.detect_slow_tasks(on_slow_task=events.append)
    main = load(program)

    async def watched() -> None:
        aiocop.activate()
        await asyncio.sleep(0)  # the step it is activated in is not seen
        try:
            await main()
        finally:
            aiocop.deactivate()

    asyncio.run(watched())
    events = [event for event in events if short or event.exceeded_threshold]
    stacks = [
        stack["trace"] for e in events for stack in [*e.blocking_events, *e.cpu_stack_samples]
    ]
    return verdict(
        bool(events),
        [_innermost(program, stack) for stack in stacks],
        seconds=[event.elapsed_ms / 1000 for event in events],
    )


def _innermost(program: Path, trace: str) -> int | None:
    """The first frame of the case in `file:line:function <- ...`."""
    found = re.search(rf"(?:^|[/ ]){re.escape(program.name)}:(\d+):", trace)
    return int(found[1]) if found else None
