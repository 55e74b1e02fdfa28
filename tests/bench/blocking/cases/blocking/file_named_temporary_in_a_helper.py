"""A helper that writes thumbnails to a `tempfile.NamedTemporaryFile`."""

import tempfile

from tests.bench.blocking import props

FAMILY = "file"
CALL = "file.write"
PLACE = "helper"

picture = bytes(16 * 1024**2)


def stored(thumbnails: int) -> int:
    with tempfile.NamedTemporaryFile(dir=props.folder(), suffix=".png") as file:
        for _ in range(thumbnails):
            file.seek(0)
            file.write(picture)  # <-
        return file.tell()


async def main() -> None:
    assert stored(80) == len(picture)
