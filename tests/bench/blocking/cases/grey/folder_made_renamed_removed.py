"""A folder made, a file renamed and removed: metadata only, but it changes the disk."""

import os

from tests.bench.blocking import props

FOLDER = props.folder()
(FOLDER / "draft.txt").touch()


async def main() -> None:
    os.mkdir(FOLDER / "sent")
    os.rename(FOLDER / "draft.txt", FOLDER / "sent" / "letter.txt")
    os.unlink(FOLDER / "sent" / "letter.txt")
