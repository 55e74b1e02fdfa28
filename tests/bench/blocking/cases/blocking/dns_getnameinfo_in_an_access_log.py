"""`socket.getnameinfo` of each client, for an access log, until a name appears."""

import socket
import time

FAMILY = "dns"
CALL = "socket.getnameinfo"
PLACE = "helper"


def named(address: str, seconds: float) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        host, _ = socket.getnameinfo((address, 80), 0)  # <-
    return host


async def main() -> None:
    assert named("127.0.0.1", 0.2)
