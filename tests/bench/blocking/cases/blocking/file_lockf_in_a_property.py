"""A property that takes a lock on a range, held by another process."""

import asyncio
import fcntl
import sys

from tests.bench.blocking import props

FAMILY = "file"
CALL = "fcntl.lockf"
PLACE = "property"

OTHER = """
import fcntl, sys, time
file = open(sys.argv[1], "a")
fcntl.lockf(file, fcntl.LOCK_EX)
print("locked", flush=True)
time.sleep(0.3)
"""


class Mailbox:
    def __init__(self) -> None:
        self._file = (props.folder() / "mailbox").open("a")

    @property
    def name(self) -> str:
        fcntl.lockf(self._file, fcntl.LOCK_EX)  # <-
        return str(self._file.name)


mailbox = Mailbox()


async def main() -> None:
    path = str(props.folder() / "mailbox")
    child = await asyncio.create_subprocess_exec(
        sys.executable, "-S", "-c", OTHER, path, stdout=asyncio.subprocess.PIPE
    )
    assert child.stdout is not None
    await child.stdout.readline()
    assert mailbox.name == path
    await child.wait()
