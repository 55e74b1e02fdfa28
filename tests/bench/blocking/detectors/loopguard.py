"""fastapi-loopguard: a task that sleeps and looks how late it wakes. It never names a line.

Its monitor on a bare loop, as its middleware starts it: at once, with a threshold of 50 ms
until it has calibrated itself. Polled at the end, as its middleware does before a response.
"""

from __future__ import annotations

import asyncio
from pathlib import Path

from fastapi_loopguard import LoopGuardConfig, SentinelMonitor

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(program: Path) -> Verdict:
    main = load(program)
    lags: list[float] = []

    def late(milliseconds: float, path: str | None, method: str | None) -> None:
        lags.append(milliseconds / 1000)

    async def watched() -> None:
        monitor = SentinelMonitor(LoopGuardConfig(enforcement_mode="log"), late)
        await monitor.start_with_background_calibration()
        await asyncio.sleep(0)  # until then it has not begun to sleep
        try:
            await main()
        finally:
            monitor.poll()
            await monitor.stop()

    asyncio.run(watched())
    return verdict(bool(lags), seconds=lags)
