"""`write` over TLS to a peer that does not read."""

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.write"
PLACE = "helper"


ours, theirs = props.tls_pair()


def publish(message: bytes) -> bool:
    try:
        ours.write(message)  # <-
    except TimeoutError:
        return False
    return True


async def main() -> None:
    with ours, theirs:
        assert not publish(bytes(8 * 1024**2))
