"""A `Popen` that is polled between sleeps."""

import asyncio
import subprocess


async def main() -> None:
    child = subprocess.Popen(["sleep", "0.1"])
    while child.poll() is None:
        await asyncio.sleep(0.01)
    assert child.wait() == 0
