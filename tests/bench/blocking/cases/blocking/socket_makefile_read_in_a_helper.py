"""Reads an answer from `makefile()`."""

import socket

FAMILY = "socket"
CALL = "socket.socket.recv_into"
PLACE = "helper"


def answer(sock: socket.socket) -> str:
    with sock.makefile(encoding="ascii") as file:
        try:
            return file.readline()  # <-
        except TimeoutError:
            return ""


async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    with ours, theirs:
        assert answer(ours) == ""
