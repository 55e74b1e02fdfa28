"""`subprocess.check_output` in a route that tells the version."""

import subprocess

from fastapi import FastAPI

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "subprocess.check_output"
PLACE = "route"

app = FastAPI()


@app.get("/version")
async def version() -> str:
    return subprocess.check_output(["sh", "-c", "sleep 0.2; echo 1.2"], text=True)  # <-


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/version")).json() == "1.2\n"
