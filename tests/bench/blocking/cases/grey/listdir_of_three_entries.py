"""`os.listdir` of a folder with three entries: too small to wait for?"""

import os

from tests.bench.blocking import props

FOLDER = props.folder()
for name in "abc":
    (FOLDER / name).touch()


async def main() -> None:
    assert sorted(os.listdir(FOLDER)) == ["a", "b", "c"]
