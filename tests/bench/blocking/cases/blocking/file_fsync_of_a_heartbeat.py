"""A probe of the disk: it counts how often a heartbeat can be synced in a fifth of a second."""

import os
import time

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.fsync"
PLACE = "helper"

heartbeat = os.open(props.disk() / "heartbeat", os.O_CREAT | os.O_WRONLY)


def beats(seconds: float) -> int:
    count = 0
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        os.utime(heartbeat)
        os.fsync(heartbeat)  # <-
        count += 1
    return count


async def main() -> None:
    assert beats(0.2)
    os.close(heartbeat)
