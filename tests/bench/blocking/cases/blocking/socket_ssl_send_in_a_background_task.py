"""A background task that sends over TLS with `send`, and its peer has stopped reading."""

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "ssl.SSLSocket.send"
PLACE = "background task"

app = FastAPI()
message = bytes(8 * 1024**2)


ours, theirs = props.tls_pair()


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
