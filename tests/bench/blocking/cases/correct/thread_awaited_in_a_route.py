"""A route that hands its slow part to a thread."""

import asyncio
import time

from fastapi import FastAPI

from tests.bench.blocking import props

app = FastAPI()


def report(name: str) -> str:
    time.sleep(0.1)
    return f"report of {name}"


@app.get("/{name}")
async def read(name: str) -> str:
    return await asyncio.to_thread(report, name)


async def main() -> None:
    async with props.client(app) as client:
        answers = await asyncio.gather(client.get("/a"), client.get("/b"))
    assert [answer.json() for answer in answers] == ["report of a", "report of b"]
