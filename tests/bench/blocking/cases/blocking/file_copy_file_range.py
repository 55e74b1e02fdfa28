"""Copies a file many times with `os.copy_file_range`, for a fifth of a second at least."""

import os
import time

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.copy_file_range"
PLACE = "helper"


def fill(source: int, target: int, seconds: float) -> int:
    copied = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        copied += os.copy_file_range(source, target, 1024**2, 0, 0)  # <-
    return copied


async def main() -> None:
    source = os.open(props.big_file(), os.O_RDONLY)
    target = os.open(props.folder() / "copy", os.O_CREAT | os.O_WRONLY)
    assert fill(source, target, 0.2)
    os.close(source)
    os.close(target)
