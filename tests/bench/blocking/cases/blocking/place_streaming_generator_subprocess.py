"""A streaming generator reads the output of a program, as it comes."""

import subprocess
from collections.abc import AsyncIterator

from fastapi import FastAPI
from fastapi.responses import StreamingResponse

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "pipe.read"
PLACE = "streaming generator"

app = FastAPI()


async def log() -> AsyncIterator[bytes]:
    child = subprocess.Popen(["sh", "-c", "sleep 0.25; echo built"], stdout=subprocess.PIPE)
    yield b"building\n"
    while child.poll() is None:
        yield child.stdout.readline()  # <-
    child.stdout.close()


@app.get("/build")
async def build() -> StreamingResponse:
    return StreamingResponse(log())


async def main() -> None:
    async with props.client(app) as client:
        assert b"built" in (await client.get("/build")).content
