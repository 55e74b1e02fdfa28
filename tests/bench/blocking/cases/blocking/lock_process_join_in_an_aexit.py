"""`Process.join` in `__aexit__`."""

import multiprocessing
import time
from typing import Self

FAMILY = "lock"
CALL = "multiprocessing.Process.join"
PLACE = "async context manager"

processes = multiprocessing.get_context("fork")


class Exporter:
    async def __aenter__(self) -> Self:
        self.child = processes.Process(target=time.sleep, args=[0.25])
        self.child.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        self.child.join()  # <-


async def main() -> None:
    async with Exporter() as exporter:
        assert exporter.child.is_alive()
