"""Counts in a mapped file, and flushes each number to the disk."""

import mmap
import time
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "mmap.mmap.flush"
PLACE = "helper"


def mapped(path: Path) -> mmap.mmap:
    path.write_bytes(bytes(mmap.PAGESIZE))
    with path.open("r+b") as file:
        return mmap.mmap(file.fileno(), mmap.PAGESIZE)


counter = mapped(props.disk() / "counter")


def count(seconds: float) -> int:
    number = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        number += 1
        counter[:8] = number.to_bytes(8, "big")
        counter.flush()  # <-
    return number


async def main() -> None:
    assert count(0.25)
    counter.close()
