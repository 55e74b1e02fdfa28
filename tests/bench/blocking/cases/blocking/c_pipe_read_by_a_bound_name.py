"""`os.read` from a pipe, by a name that another module bound before."""

import asyncio
import os
import sys
import threading

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pipework.take"
PLACE = "call_soon"

(props.folder() / "pipework.py").write_text("import posix\n\ntake = posix.read\n")
sys.path.insert(0, str(props.folder()))
import pipework  # noqa: E402

reader, writer = os.pipe()


def listen(heard: asyncio.Future[bytes]) -> None:
    heard.set_result(pipework.take(reader, 100))  # <-


async def main() -> None:
    loop = asyncio.get_running_loop()
    heard: asyncio.Future[bytes] = loop.create_future()
    threading.Timer(0.3, os.write, args=[writer, b"hello"]).start()
    loop.call_soon(listen, heard)
    assert await heard == b"hello"
