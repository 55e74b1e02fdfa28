"""`os.popen(...).read()` in a coroutine."""

import asyncio
import os

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "coroutine"


async def main() -> None:
    uptime = os.popen("sleep 0.25; echo up")
    text = uptime.read()  # <-
    assert text == "up\n"
    await asyncio.to_thread(uptime.close)
