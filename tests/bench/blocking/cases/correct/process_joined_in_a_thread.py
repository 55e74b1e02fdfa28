"""A process started by a coroutine and joined in a thread."""

import asyncio
import multiprocessing
import time


async def main() -> None:
    process = multiprocessing.get_context("fork").Process(target=time.sleep, args=(0.1,))
    process.start()
    await asyncio.to_thread(process.join)
    assert process.exitcode == 0
