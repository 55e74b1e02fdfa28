"""A semaphore between processes, with no permit left, in a helper."""

import multiprocessing
from multiprocessing.synchronize import Semaphore

FAMILY = "lock"
CALL = "licences.acquire"
PLACE = "helper"

licences: Semaphore = multiprocessing.get_context("fork").Semaphore(0)


def licensed(seconds: float) -> bool:
    return licences.acquire(timeout=seconds)  # <-


async def main() -> None:
    assert not licensed(0.2)
