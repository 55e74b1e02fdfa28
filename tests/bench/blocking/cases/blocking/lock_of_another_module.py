"""A lock that another module made when it was imported, held by a thread of its own."""

import asyncio
import sys
import time

from tests.bench.blocking import props

FAMILY = "lock"
CALL = "registry.lock.acquire"
PLACE = "coroutine"

MODULE = """
import threading

lock = threading.Lock()
names: dict[str, int] = {}
"""

(props.folder() / "registry.py").write_text(MODULE)
sys.path.insert(0, str(props.folder()))
import registry  # noqa: E402


def rebuild() -> None:
    with registry.lock:
        registry.names["anna"] = 1
        time.sleep(0.3)


async def main() -> None:
    worker = asyncio.create_task(asyncio.to_thread(rebuild))
    while "anna" not in registry.names:
        await asyncio.sleep(0.001)
    registry.lock.acquire()  # <-
    registry.names["bert"] = 2
    registry.lock.release()
    await worker
