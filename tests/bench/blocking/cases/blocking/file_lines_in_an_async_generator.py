"""An asynchronous generator that goes through a big file, line by line, for each of its answers."""

from collections.abc import AsyncIterator
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "async generator"


async def counts(path: Path, times: int) -> AsyncIterator[int]:
    with open(path, "rb") as file:
        for _ in range(times):
            file.seek(0)
            yield sum(1 for _line in file)  # <-


async def main() -> None:
    assert len({count async for count in counts(props.big_file(), 4)}) == 1
