"""pyleak: a thread that asks the loop for an answer, and looks at its stack when none comes.

Its default threshold of 0.2 s is twice that of all the others: here it is 0.1 s, and it asks every
10 ms. It is told the watched file, which is what it finds out when it is entered there:
stacks without it are not held against anybody.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from pyleak import no_event_loop_blocking
from pyleak.eventloop import EventLoopBlockError
from pyleak.utils import CallerContext

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(program: Path, threshold: float = 0.1) -> Verdict:
    main, file = load(program), str(program)
    caller = CallerContext(filename=file, name="main", files={file})

    async def watched() -> None:
        async with no_event_loop_blocking(
            action="raise", threshold=threshold, check_interval=0.01, caller_context=caller
        ):
            await main()

    try:
        asyncio.run(watched())
    except EventLoopBlockError as error:
        blocks = error.blocking_events
        lines = [
            next((f.lineno for f in reversed(b.blocking_stack or ()) if f.filename == file), None)
            for b in blocks
        ]
        return verdict(True, lines, seconds=[b.duration for b in blocks])
    return verdict(False)
