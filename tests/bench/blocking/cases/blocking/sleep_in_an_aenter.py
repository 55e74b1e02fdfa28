"""A session that waits for its broker in `__aenter__`."""

import time
from types import TracebackType

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "async context manager"


class Session:
    async def __aenter__(self) -> "Session":
        time.sleep(0.15)  # <-
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        pass


async def main() -> None:
    async with Session():
        pass
