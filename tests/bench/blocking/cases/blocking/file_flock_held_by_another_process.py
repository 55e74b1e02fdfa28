"""`fcntl.flock` on a file that another process has locked."""

import asyncio
import fcntl
import sys

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.flock"
PLACE = "coroutine"

OTHER = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.flock(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(0.3)
"""

state = (props.folder() / "state").open("a")


async def main() -> None:
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", OTHER, state.name, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await child.stdout.readline()
    fcntl.flock(state, fcntl.LOCK_EX)  # <-
    fcntl.flock(state, fcntl.LOCK_UN)
    await child.wait()
