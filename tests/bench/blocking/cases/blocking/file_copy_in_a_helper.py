"""`shutil.copy` of big files, in a helper."""

import shutil
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "shutil.copy"
PLACE = "helper"


def back_up(path: Path, copies: int) -> None:
    for number in range(copies):
        target = path.with_name(f"{number}.backup")
        shutil.copy(path, target)  # <-
        target.unlink()


def prepared() -> Path:
    path = props.folder() / "ledger.bin"
    path.write_bytes(bytes(16 * 1024**2))
    return path


ledger = prepared()


async def main() -> None:
    back_up(ledger, 7)
