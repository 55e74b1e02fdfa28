"""Reads a line from a named pipe whose writer is not done."""

import asyncio
import os
import shlex

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "coroutine"

fifo = props.folder() / "commands"
os.mkfifo(fifo)


async def main() -> None:
    command = f"exec > {shlex.quote(str(fifo))}; sleep 0.25; echo stop"
    child = await asyncio.create_subprocess_shell(command)
    commands = await asyncio.to_thread(open, fifo)
    assert commands.readline() == "stop\n"  # <-
    commands.close()
    await child.wait()
