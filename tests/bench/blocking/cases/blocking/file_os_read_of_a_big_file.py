"""`os.pread` at random places of a big file, for a quarter of a second."""

import os
import random
import time

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.pread"
PLACE = "coroutine"

descriptor = os.open(props.big_file(), os.O_RDONLY)


async def main() -> None:
    dice = random.Random(7)
    end = time.monotonic() + 0.25
    while time.monotonic() < end:
        place = dice.randrange(props.BIG // 2)
        os.pread(descriptor, props.BIG // 2, place)  # <-
    os.close(descriptor)
