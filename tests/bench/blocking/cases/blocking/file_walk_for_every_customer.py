"""Walks a tree with `os.walk`, once for each customer."""

import os
from pathlib import Path

from tests.bench.blocking import props

FAMILY = "file"
CALL = "os.scandir"
PLACE = "helper"


def files(folder: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(folder))  # <-


async def main() -> None:
    for _customer in range(80):
        assert files(props.tree()) == 1000
