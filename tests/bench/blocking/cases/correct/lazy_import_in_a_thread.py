"""A slow module imported lazily by a function that runs in a thread."""

import asyncio
import sys

from tests.bench.blocking import props

FOLDER = props.folder()
(FOLDER / "slow_to_load.py").write_text("import time\ntime.sleep(0.2)\nANSWER = 42\n")
sys.path.insert(0, str(FOLDER))


def answer() -> int:
    from slow_to_load import ANSWER

    return ANSWER


async def main() -> None:
    assert await asyncio.to_thread(answer) == 42
