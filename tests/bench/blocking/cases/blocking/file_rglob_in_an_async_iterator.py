"""An asynchronous iterator that looks for pages with `Path.rglob`."""

from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.scandir"
PLACE = "async iterator"


class Pages:
    def __init__(self, folder: Path, rounds: int) -> None:
        self.folder, self.rounds = folder, rounds

    def __aiter__(self) -> "Pages":
        return self

    async def __anext__(self) -> int:
        if not self.rounds:
            raise StopAsyncIteration
        self.rounds -= 1
        return sum(1 for _ in self.folder.rglob("*.txt"))  # <-


async def main() -> None:
    assert {found async for found in Pages(props.tree(), 30)} == {1000}
