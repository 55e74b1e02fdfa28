"""A route that asks a command for its state as JSON: `json.load` waits for all of it."""

import asyncio
import json
import subprocess

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "route"

app = FastAPI()


@app.get("/pods")
async def pods() -> dict[str, int]:
    command = ["sh", "-c", "sleep 0.25; echo '{\"web\": 3}'"]
    child = subprocess.Popen(command, stdout=subprocess.PIPE)
    assert child.stdout is not None
    state: dict[str, int] = json.load(child.stdout)  # <-
    await asyncio.to_thread(child.communicate)
    return state


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/pods")).json() == {"web": 3}
