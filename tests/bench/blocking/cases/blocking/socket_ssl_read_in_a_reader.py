"""`SSLSocket.read` in a reader of frames."""

import ssl

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.read"
PLACE = "method"


class Frames:
    def __init__(self, tls: ssl.SSLSocket) -> None:
        self.tls = tls

    async def next(self) -> bytes:
        return self.tls.read(4)  # <-


ours, theirs = props.tls_pair()


async def main() -> None:
    with ours, theirs:
        try:
            await Frames(ours).next()
        except TimeoutError:
            pass
