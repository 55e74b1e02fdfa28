"""`http.client`: waits for the response in a coroutine."""

import asyncio
import http.client

from tests.bench.blocking import props

FAMILY = "http"
CALL = "http.client.HTTPConnection.getresponse"
PLACE = "coroutine"


async def main() -> None:
    connection = http.client.HTTPConnection("127.0.0.1", props.port())
    await asyncio.to_thread(connection.request, "GET", "/")
    answer = connection.getresponse()  # <-
    assert answer.read() == b"x"
    connection.close()
