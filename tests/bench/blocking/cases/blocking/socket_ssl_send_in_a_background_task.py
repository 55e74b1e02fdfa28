"""A background task that sends over TLS with `send`, and its peer has stopped reading."""

import socket
import ssl
import threading

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.send"
PLACE = "background task"

app = FastAPI()
message = bytes(8 * 1024**2)


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


ours, theirs = connected()
ours.settimeout(0.2)


async def publish() -> None:
    try:
        ours.send(message)  # <-
    except TimeoutError:
        ours.close()


@app.post("/news")
async def news(tasks: BackgroundTasks) -> None:
    tasks.add_task(publish)


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/news")
    theirs.close()
