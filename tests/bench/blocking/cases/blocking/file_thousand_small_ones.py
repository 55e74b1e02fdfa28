"""Reads every small file of a tree, in one step of the loop."""

from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "pathlib.Path.read_text"
PLACE = "coroutine"

paths = sorted(props.tree().rglob("*.txt")) * 8


async def sizes(paths: list[Path]) -> list[int]:
    found = []
    for path in paths:
        found.append(len(path.read_text()))  # <-
    return found


async def main() -> None:
    assert set(await sizes(paths)) == {100}
