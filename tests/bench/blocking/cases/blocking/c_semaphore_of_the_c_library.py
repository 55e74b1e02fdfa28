"""A semaphore of the C library."""

import ctypes
import threading

FAMILY = "lock"
CALL = "libc.sem_wait"
PLACE = "helper"

libc = ctypes.CDLL(None)
permit = ctypes.create_string_buffer(64)
libc.sem_init(permit, 0, 0)


def enter() -> None:
    libc.sem_wait(permit)  # <-


async def main() -> None:
    threading.Timer(0.25, libc.sem_post, args=[permit]).start()
    enter()
