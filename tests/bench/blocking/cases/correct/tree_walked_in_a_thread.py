"""A folder tree walked in a thread."""

import asyncio
import os
from pathlib import Path

from tests.bench.blocking import props


def total(folder: Path) -> int:
    return sum(
        os.path.getsize(os.path.join(place, name))
        for place, _, names in os.walk(folder)
        for name in names
    )


async def main() -> None:
    assert await asyncio.to_thread(total, props.tree()) == 100_000
