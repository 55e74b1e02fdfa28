"""The C library's `poll` on a socket, in a destructor."""

import ctypes
import select
import socket

FAMILY = "socket"
CALL = "libc.poll"
PLACE = "destructor"

libc = ctypes.CDLL(None)


class PollFd(ctypes.Structure):
    _fields_ = [("fd", ctypes.c_int), ("events", ctypes.c_short), ("seen", ctypes.c_short)]


class Scanner:
    def __init__(self) -> None:
        self.ours, self.theirs = socket.socketpair()

    def __del__(self) -> None:
        last = PollFd(self.ours.fileno(), select.POLLIN, 0)
        libc.poll(ctypes.byref(last), 1, 200)  # <-
        self.ours.close()
        self.theirs.close()


async def main() -> None:
    scanner = Scanner()
    del scanner
