"""A TLS handshake with a peer that is silent, in `__aenter__`."""

import socket
import ssl
from types import TracebackType

FAMILY = "socket"
CALL = "ssl.SSLSocket.do_handshake"
PLACE = "async context manager"

context = ssl.create_default_context()


class Secure:
    def __init__(self, sock: socket.socket) -> None:
        self.tls = context.wrap_socket(
            sock, server_hostname="localhost", do_handshake_on_connect=False
        )

    async def __aenter__(self) -> "Secure":
        self.tls.do_handshake()  # <-
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None
    ) -> None:
        self.tls.close()


async def main() -> None:
    ours, theirs = socket.socketpair()
    ours.settimeout(0.2)
    try:
        async with Secure(ours):
            pass
    except TimeoutError:
        theirs.close()
