"""A thread hands its result to the loop, whose callback unpacks it."""

import asyncio
import zlib

FAMILY = "cpu"
CALL = "unpack"
PLACE = "call_soon_threadsafe"

packed = zlib.compress(b"all the orders of a long year, " * 5_000_000, 1)


async def main() -> None:
    loop = asyncio.get_running_loop()
    size: asyncio.Future[int] = loop.create_future()

    def unpack(data: bytes) -> None:
        size.set_result(len(zlib.decompress(data)))  # <-

    def work() -> None:
        loop.call_soon_threadsafe(unpack, packed)

    await asyncio.to_thread(work)
    assert await size == 155_000_000
