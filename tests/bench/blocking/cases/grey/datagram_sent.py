"""A datagram sent from a plain socket: the kernel takes it, unless its buffer is full."""

import socket


async def main() -> None:
    with socket.socket(type=socket.SOCK_DGRAM) as statsd:
        statsd.connect(("127.0.0.1", 9))
        statsd.send(b"orders:1|c")
