"""Writes more to a child's input than a pipe holds, and the child is not reading yet."""

import asyncio
import subprocess

FAMILY = "subprocess"
CALL = "pipe.write"
PLACE = "coroutine"


async def main() -> None:
    command = ["sh", "-c", "sleep 0.25; cat > /dev/null"]
    child = subprocess.Popen(command, stdin=subprocess.PIPE)
    assert child.stdin is not None
    child.stdin.write(b"0123456789abcdef" * 65536)  # <-
    await asyncio.to_thread(child.communicate)
