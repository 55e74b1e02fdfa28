"""A blocking function defined inside a coroutine and run in a thread."""

import asyncio
import time

from tests.bench.blocking import props


async def main() -> None:
    def load() -> str:
        time.sleep(0.1)
        return props.small_file().read_text()

    assert await asyncio.to_thread(load)
