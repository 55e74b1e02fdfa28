"""Opens a named pipe before there is a writer."""

import asyncio
import os
import shlex

from tests.bench.blocking import props

FAMILY = "file"
CALL = "open"
PLACE = "coroutine"

fifo = props.folder() / "commands"
os.mkfifo(fifo)


async def main() -> None:
    child = await asyncio.create_subprocess_shell(
        f"sleep 0.25; echo stop > {shlex.quote(str(fifo))}"
    )
    commands = open(fifo)  # <-
    assert await asyncio.to_thread(commands.read) == "stop\n"
    commands.close()
    await child.wait()
