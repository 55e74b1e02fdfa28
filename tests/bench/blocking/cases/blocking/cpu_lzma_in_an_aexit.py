"""An archive is packed with lzma in `__aexit__`."""

import lzma
from typing import Self

FAMILY = "cpu"
CALL = "__aexit__"
PLACE = "async context manager"

letters = [b"Dear customer %d, your order is on its way. " % number for number in range(20_000)]


class Archive:
    async def __aenter__(self) -> Self:
        self.parts: list[bytes] = []
        return self

    async def __aexit__(self, *_: object) -> None:
        self.packed = lzma.compress(b"".join(self.parts))  # <-


async def main() -> None:
    async with Archive() as archive:
        archive.parts += letters
