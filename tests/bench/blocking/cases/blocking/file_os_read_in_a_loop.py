"""`os.read` of a big file, again and again."""

import os

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.read"
PLACE = "coroutine"

descriptor = os.open(props.big_file(), os.O_RDONLY)


async def main() -> None:
    for _ in range(14):
        os.lseek(descriptor, 0, os.SEEK_SET)
        assert len(os.read(descriptor, props.BIG)) == props.BIG  # <-
    os.close(descriptor)
