"""`os.write` of more than a pipe holds, to a child that reads late."""

import asyncio
import os

FAMILY = "file"
CALL = "os.write"
PLACE = "helper"


def put(descriptor: int, data: bytes) -> None:
    assert os.write(descriptor, data) == len(data)  # <-


async def main() -> None:
    reading, writing = os.pipe()
    command = "sleep 0.25; cat > /dev/null"
    child = await asyncio.create_subprocess_shell(command, stdin=reading)
    put(writing, bytes(1024**2))
    os.close(writing)
    os.close(reading)
    await child.wait()
