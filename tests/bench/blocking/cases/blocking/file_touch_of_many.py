"""Opens thousands of small files to see whether they can be written."""

from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "open"
PLACE = "helper"

paths = sorted(props.tree().rglob("*.txt")) * 12


def writable(path: Path) -> bool:
    try:
        open(path, "ab").close()  # <-
    except PermissionError:
        return False
    return True


async def main() -> None:
    assert all(writable(path) for path in paths)
