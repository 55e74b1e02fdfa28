"""Scrubs a big file in slices of a quarter of a second: each holds the loop for as long."""

import time
from typing import BinaryIO

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "helper"

CHUNK = 256 * 1024


def scrub(file: BinaryIO, seconds: float) -> int:
    good = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        chunk = file.read(CHUNK)  # <-
        good += chunk.startswith(b"some")
        if not chunk:
            file.seek(0)
    return good


async def main() -> None:
    with props.big_file().open("rb") as file:
        assert scrub(file, 0.25)
