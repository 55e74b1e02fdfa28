"""Waits until a name has got another address, with `socket.getaddrinfo`, again and again."""

import socket
import time

FAMILY = "dns"
CALL = "socket.getaddrinfo"
PLACE = "helper"


def moved(host: str, address: str, patience: float = 0.2) -> bool:
    end = time.monotonic() + patience
    while time.monotonic() < end:
        found = socket.getaddrinfo(host, 5432, socket.AF_INET, socket.SOCK_STREAM)  # <-
        if any(where[0] == address for *_, where in found):
            return True
    return False


async def main() -> None:
    assert not moved("localhost", "10.20.30.40")
