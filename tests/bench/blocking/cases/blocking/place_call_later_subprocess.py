"""A timer of the loop that runs a program."""

import asyncio
import subprocess

FAMILY = "subprocess"
CALL = "subprocess.check_call"
PLACE = "call_later"


def rotate(rotated: asyncio.Event) -> None:
    subprocess.check_call(["sleep", "0.2"])  # <-
    rotated.set()


async def main() -> None:
    rotated = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, rotate, rotated)
    await rotated.wait()
