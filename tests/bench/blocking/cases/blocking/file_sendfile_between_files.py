"""`os.sendfile` from one file into another."""

import os

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.sendfile"
PLACE = "coroutine"


async def main() -> None:
    source = os.open(props.big_file(), os.O_RDONLY)
    target = os.open(props.folder() / "copy", os.O_CREAT | os.O_WRONLY)
    for _ in range(20):
        os.lseek(target, 0, os.SEEK_SET)
        os.sendfile(target, source, 0, props.BIG)  # <-
    os.truncate(target, 0)
    os.close(source)
    os.close(target)
