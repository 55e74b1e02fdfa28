"""The address of a host that is a number already."""

import socket


async def main() -> None:
    assert socket.getaddrinfo("127.0.0.1", 80)
