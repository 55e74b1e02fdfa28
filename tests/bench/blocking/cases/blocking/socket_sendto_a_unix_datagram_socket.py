"""`sendto` a Unix datagram socket whose owner is late to read."""

import asyncio
import socket
import threading

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.socket.sendto"
PLACE = "method"

path = str(props.folder() / "syslog")
daemon = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
daemon.bind(path)


class Journal:
    def __init__(self) -> None:
        self.written = 0

    async def write(self, lines: list[bytes]) -> None:
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as log:
            for line in lines:
                log.sendto(line, path)  # <-
                self.written += 1


def read(count: int) -> None:
    for _ in range(count):
        daemon.recv(4096)


async def main() -> None:
    lines = [b"<14>hello" + bytes(2000)] * 600
    late = threading.Timer(0.2, read, [len(lines)])
    late.start()
    journal = Journal()
    await journal.write(lines)
    await asyncio.to_thread(late.join)
    daemon.close()
    assert journal.written == 600
