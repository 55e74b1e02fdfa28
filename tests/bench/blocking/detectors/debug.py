"""asyncio's debug mode: logs each step that takes longer than 0.1 s, and where its task is."""

from __future__ import annotations

import asyncio
import logging
import re
from pathlib import Path

from tests.bench.blocking.program import load
from tests.bench.blocking.verdict import Verdict, verdict


def watch(program: Path) -> Verdict:
    messages: list[str] = []

    class Noted(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if record.msg.startswith("Executing "):
                messages.append(record.getMessage())

    logging.getLogger("asyncio").addHandler(Noted())
    asyncio.run(load(program)(), debug=True)
    places = re.compile(re.escape(str(program)) + r":(\d+)")
    lines = [int(line) for message in messages for line in places.findall(message)]
    return verdict(bool(messages), lines)
