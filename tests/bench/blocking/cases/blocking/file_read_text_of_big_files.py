"""Counts words of big files with `Path.read_text`."""

from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pathlib.Path.read_text"
PLACE = "coroutine"


async def longest(paths: list[Path]) -> int:
    return max(len(path.read_text()) for path in paths)  # <-


async def main() -> None:
    assert await longest([props.big_file()] * 8) == props.BIG
