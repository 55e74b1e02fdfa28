"""A slow function patched in for a fast one, called in a thread."""

import asyncio
import time
from unittest import mock


class Rates:
    @staticmethod
    def latest() -> float:
        return 1.0


def slow() -> float:
    time.sleep(0.1)
    return 1.1


async def main() -> None:
    with mock.patch.object(Rates, "latest", slow):
        assert await asyncio.to_thread(Rates.latest) == 1.1
