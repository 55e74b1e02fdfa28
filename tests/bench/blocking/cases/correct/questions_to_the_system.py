"""Cheap questions to the system: stat, exists, the working folder, the environment."""

import os

from tests.bench.blocking import props


async def main() -> None:
    path = props.small_file()
    assert os.stat(path).st_size == 100
    assert os.path.exists(path)
    assert os.getcwd()
    assert os.environ.get("PATH")
    assert os.getpid() > 0
