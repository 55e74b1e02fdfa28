"""A hundred calls of `os.stat`: one cheap system call, often."""

import os

from tests.bench.blocking import props


async def main() -> None:
    path = props.small_file()
    assert sum(os.stat(path).st_size for _ in range(100)) == 10_000
