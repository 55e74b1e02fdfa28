"""A thread that compresses in C beside an idle loop."""

import asyncio
import random
import zlib

DATA = random.Random(1).randbytes(8 * 1024**2)


async def main() -> None:
    work = asyncio.create_task(asyncio.to_thread(zlib.compress, DATA, 6))
    while not work.done():
        await asyncio.sleep(0.005)
    assert await work
