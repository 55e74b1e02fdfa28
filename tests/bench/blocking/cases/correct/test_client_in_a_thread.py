"""Starlette's `TestClient`, used in a thread."""

import asyncio
import warnings

from fastapi import FastAPI

with warnings.catch_warnings(action="ignore"):
    from fastapi.testclient import TestClient

app = FastAPI()


@app.get("/")
async def root() -> str:
    await asyncio.sleep(0.1)
    return "here"


def check() -> int:
    with TestClient(app) as client:
        return client.get("/").status_code


async def main() -> None:
    assert await asyncio.to_thread(check) == 200
