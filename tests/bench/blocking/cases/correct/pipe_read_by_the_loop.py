"""A pipe read by the loop while a thread writes to it late."""

import asyncio
import os
import time


async def main() -> None:
    read, write = os.pipe()

    def send() -> None:
        time.sleep(0.1)
        os.write(write, b"done\n")
        os.close(write)

    reader = asyncio.StreamReader()
    await asyncio.get_running_loop().connect_read_pipe(
        lambda: asyncio.StreamReaderProtocol(reader), os.fdopen(read, "rb")
    )
    sent = asyncio.create_task(asyncio.to_thread(send))
    assert await reader.readline() == b"done\n"
    await sent
