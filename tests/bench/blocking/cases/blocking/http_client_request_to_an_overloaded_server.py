"""`HTTPConnection.request` to a server that accepts nobody."""

import http.client
import socket

FAMILY = "http"
CALL = "http.client.HTTPConnection.request"
PLACE = "method"

server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
waiting = [socket.socket() for _ in range(8)]
for one in waiting:
    one.setblocking(False)
    one.connect_ex(server.getsockname())


class Stock:
    def __init__(self, host: str, port: int) -> None:
        self.connection = http.client.HTTPConnection(host, port, timeout=0.2)

    async def of(self, article: int) -> int | None:
        try:
            self.connection.request("GET", f"/stock/{article}")  # <-
        except TimeoutError:
            return None
        return int(self.connection.getresponse().read())


async def main() -> None:
    assert await Stock(*server.getsockname()).of(7) is None
