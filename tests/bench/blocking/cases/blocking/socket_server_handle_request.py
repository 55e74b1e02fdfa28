"""A `socketserver` that serves one request inside a coroutine."""

import socketserver

FAMILY = "socket"
CALL = "server.handle_request"
PLACE = "coroutine"


class Echo(socketserver.StreamRequestHandler):
    def handle(self) -> None:
        self.wfile.write(self.rfile.readline())


async def main() -> None:
    with socketserver.TCPServer(("127.0.0.1", 0), Echo) as server:
        server.timeout = 0.2
        server.handle_request()  # <-
