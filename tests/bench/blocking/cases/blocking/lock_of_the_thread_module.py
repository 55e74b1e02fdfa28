"""A lock made by `_thread.allocate_lock`, that its holder does not let go."""

import _thread

FAMILY = "lock"
CALL = "gate.acquire"
PLACE = "helper"

gate = _thread.allocate_lock()


def enter() -> bool:
    return gate.acquire(timeout=0.2)  # <-


async def main() -> None:
    assert gate.acquire(False)
    assert not enter()
    gate.release()
