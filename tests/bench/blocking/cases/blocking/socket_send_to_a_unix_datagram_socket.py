"""Datagrams to a Unix socket wait, too, when its owner does not read: metrics by `send`."""

import socket

FAMILY = "socket"
CALL = "socket.socket.send"
PLACE = "helper"

metrics, collector = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
metrics.settimeout(0.2)


def count(name: str, times: int) -> int:
    for number in range(times):
        try:
            metrics.send(f"{name}:1|c".encode() + bytes(2000))  # <-
        except TimeoutError:
            return number
    return times


async def main() -> None:
    assert count("requests", 10_000) < 10_000
    metrics.close()
    collector.close()
