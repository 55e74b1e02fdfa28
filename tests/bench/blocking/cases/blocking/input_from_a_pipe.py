"""`input()` in a coroutine, from a pipe whose writer takes its time."""

import asyncio
import subprocess
import sys

FAMILY = "input"
CALL = "input"
PLACE = "coroutine"


async def main() -> None:
    command = ["sh", "-c", "sleep 0.25; echo yes"]
    typist = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    sys.stdin = typist.stdout
    answer = input()  # <-
    assert answer == "yes"
    await asyncio.to_thread(typist.communicate)
