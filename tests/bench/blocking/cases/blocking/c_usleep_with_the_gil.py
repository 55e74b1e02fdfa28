"""The C library's `usleep`, called without letting other threads run."""

import ctypes

FAMILY = "sleep"
CALL = "libc.usleep"
PLACE = "helper"

libc = ctypes.PyDLL(None)


def settle(microseconds: int) -> None:
    libc.usleep(microseconds)  # <-


async def main() -> None:
    settle(200_000)
