"""`recv` of a TLS connection whose peer stays silent."""

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.recv"
PLACE = "coroutine"


ours, theirs = props.tls_pair()


async def main() -> None:
    with ours, theirs:
        try:
            ours.recv(1024)  # <-
        except TimeoutError:
            pass
