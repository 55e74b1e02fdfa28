"""A TLS handshake with a server that takes its time, and does not speak TLS."""

import socket
import ssl

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.do_handshake"
PLACE = "coroutine"

context = ssl.create_default_context()
plain = socket.create_connection(("127.0.0.1", props.port()), timeout=2)


async def main() -> None:
    try:
        context.wrap_socket(plain, server_hostname="localhost")  # <-
    except ssl.SSLError:
        pass
