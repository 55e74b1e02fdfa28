"""A shielded clean-up waits for a child."""

import asyncio
import subprocess

FAMILY = "subprocess"
CALL = "subprocess.Popen.communicate"
PLACE = "shield"


async def collect(child: subprocess.Popen[bytes]) -> bytes:
    output, _ = child.communicate()  # <-
    return output


async def main() -> None:
    child = subprocess.Popen(["sh", "-c", "sleep 0.25; echo done"], stdout=subprocess.PIPE)
    assert await asyncio.shield(collect(child)) == b"done\n"
