"""`SSLSocket.read` in a reader of frames."""

import socket
import ssl
import threading

FAMILY = "socket"
CALL = "ssl.SSLSocket.read"
PLACE = "method"


def connected() -> list[ssl.SSLSocket]:
    """Two ends of a connection, without certificates."""
    ends: list[ssl.SSLSocket] = []
    ours, theirs = socket.socketpair()
    for side in (ssl.PROTOCOL_TLS_CLIENT, ssl.PROTOCOL_TLS_SERVER):
        context = ssl.SSLContext(side)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        context.maximum_version = ssl.TLSVersion.TLSv1_2
        context.set_ciphers("aNULL:@SECLEVEL=0")
        server = side == ssl.PROTOCOL_TLS_SERVER
        sock = theirs if server else ours
        ends.append(context.wrap_socket(sock, server, do_handshake_on_connect=False))
    thread = threading.Thread(target=ends[1].do_handshake)
    thread.start()
    ends[0].do_handshake()
    thread.join()
    return ends


class Frames:
    def __init__(self, tls: ssl.SSLSocket) -> None:
        self.tls = tls

    async def next(self) -> bytes:
        return self.tls.read(4)  # <-


ours, theirs = connected()
ours.settimeout(0.2)


async def main() -> None:
    with ours, theirs:
        try:
            await Frames(ours).next()
        except TimeoutError:
            pass
