"""Reads members of a tar archive."""

import tarfile
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.read"
PLACE = "coroutine"


def prepared() -> Path:
    path = props.folder() / "backup.tar"
    with tarfile.open(path, "w") as archive:
        archive.add(props.big_file(), "big.txt")
    return path


backup = prepared()


async def main() -> None:
    with tarfile.open(backup) as archive:
        for _ in range(10):
            member = archive.extractfile("big.txt")
            assert member is not None
            assert len(member.read()) == props.BIG  # <-
