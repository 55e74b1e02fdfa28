"""Rotates logs in a timer's callback: `gzip.open` and `shutil.copyfileobj`."""

import asyncio
import gzip
import shutil

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.copyfileobj"
PLACE = "call_later"

NAMES = ("access", "error", "audit")


def rotate(finished: asyncio.Event) -> None:
    for name in NAMES:
        with props.big_file().open("rb") as log:
            with gzip.open(props.folder() / f"{name}.gz", "wb", compresslevel=6) as archive:
                shutil.copyfileobj(log, archive)  # <-
    finished.set()


async def main() -> None:
    finished = asyncio.Event()
    asyncio.get_running_loop().call_later(0.01, rotate, finished)
    await asyncio.wait_for(finished.wait(), 5)
