"""A response class whose `render` has another program make the document."""

import subprocess
from typing import Any

from fastapi import FastAPI, Response

from tests.bench.blocking import props

FAMILY = "subprocess"
CALL = "subprocess.run"
PLACE = "response class"


class Upper(Response):
    media_type = "text/plain"
    command = ("sh", "-c", "sleep 0.2; tr a-z A-Z")

    def render(self, content: Any) -> bytes:
        return subprocess.run(self.command, input=content.encode(), stdout=-1).stdout  # <-


app = FastAPI()


@app.get("/", response_class=Upper)
async def root() -> str:
    return "hello"


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/")).text == "HELLO"
