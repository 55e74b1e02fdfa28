"""The C library's `usleep`, called by ctypes, which lets other threads run meanwhile."""

import ctypes

FAMILY = "sleep"
CALL = "libc.usleep"
PLACE = "coroutine"

libc = ctypes.CDLL(None)


async def main() -> None:
    libc.usleep(200_000)  # <-
