"""Polls a spool folder with `os.listdir` until a file arrives, or patience ends."""

import os
import time
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.listdir"
PLACE = "coroutine"


async def arrived(folder: Path, name: str, patience: float = 0.2) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if name in os.listdir(folder):  # <-
            return True
    return False


async def main() -> None:
    assert not await arrived(props.tree() / "7", "payload.json")
