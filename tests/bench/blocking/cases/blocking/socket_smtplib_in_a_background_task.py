"""A background task that mails by `smtplib`, and the mail server is overloaded."""

import smtplib
import socket

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

FAMILY = "socket"
CALL = "socket.create_connection"
PLACE = "background task"

app = FastAPI()
failures: list[str] = []
server = socket.socket()
server.bind(("127.0.0.1", 0))
server.listen(0)
waiting = [socket.socket() for _ in range(8)]
for one in waiting:
    one.setblocking(False)
    one.connect_ex(server.getsockname())


async def mail(address: str) -> None:
    host, port = server.getsockname()
    try:
        with smtplib.SMTP(host, port, local_hostname="localhost", timeout=0.2) as smtp:  # <-
            smtp.sendmail("shop@example.com", address, "Subject: thanks")
    except OSError:
        failures.append(address)


@app.post("/orders")
async def order(tasks: BackgroundTasks) -> None:
    tasks.add_task(mail, "ann@example.com")


async def main() -> None:
    async with props.client(app) as client:
        await client.post("/orders")
    assert failures == ["ann@example.com"]
