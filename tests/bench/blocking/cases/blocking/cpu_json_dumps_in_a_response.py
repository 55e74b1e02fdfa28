"""A response class of its own that dumps a huge document."""

import json
from typing import Any

from fastapi import FastAPI, Response

from tests.bench.blocking import props

FAMILY = "cpu"
CALL = "render"
PLACE = "response class"

catalogue = [{"id": number, "name": f"item {number}"} for number in range(400_000)]


class Pretty(Response):
    media_type = "application/json"

    def render(self, content: Any) -> bytes:
        return json.dumps(content, ensure_ascii=False, separators=(", ", ": ")).encode()  # <-


app = FastAPI()


@app.get("/catalogue")
async def whole() -> Pretty:
    return Pretty(catalogue)


async def main() -> None:
    async with props.client(app) as client:
        assert (await client.get("/catalogue")).status_code == 200
