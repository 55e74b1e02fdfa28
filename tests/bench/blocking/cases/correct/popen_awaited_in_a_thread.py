"""A `Popen` started by a coroutine and awaited in a thread."""

import asyncio
import subprocess


async def main() -> None:
    child = subprocess.Popen(["sleep", "0.1"])
    assert await asyncio.to_thread(child.wait) == 0
