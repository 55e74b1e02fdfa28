"""A background task that is a `def` and sleeps."""

import time

from fastapi import BackgroundTasks, FastAPI

from tests.bench.blocking import props

app = FastAPI()


def send_mail(address: str) -> None:
    time.sleep(0.1)


@app.post("/")
async def register(tasks: BackgroundTasks) -> None:
    tasks.add_task(send_mail, "ann@example.org")
    tasks.add_task(time.sleep, 0.05)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.post("/")).status_code == 200
