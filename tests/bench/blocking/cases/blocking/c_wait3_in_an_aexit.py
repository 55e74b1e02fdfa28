"""`os.wait3` in `__aexit__`, for a child of whatever kind."""

import os
from typing import Self

FAMILY = "subprocess"
CALL = "os.wait3"
PLACE = "async context manager"


class Children:
    async def __aenter__(self) -> Self:
        self.child = os.posix_spawnp("sleep", ["sleep", "0.2"], os.environ)
        return self

    async def __aexit__(self, *_: object) -> None:
        self.ended, _status, self.usage = os.wait3(0)  # <-


async def main() -> None:
    async with Children() as children:
        pass
    assert children.ended == children.child
