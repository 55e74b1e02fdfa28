"""A password hashed in a thread while requests are answered."""

import asyncio
import hashlib

from fastapi import FastAPI

from tests.bench.blocking import props

app = FastAPI()


def hashed(password: str) -> str:
    return hashlib.pbkdf2_hmac("sha256", password.encode(), b"salt", 300_000).hex()


@app.post("/login")
async def login(password: str) -> str:
    return await asyncio.to_thread(hashed, password)


@app.get("/")
async def root() -> str:
    return "here"


async def main() -> None:
    async with props.client(app) as client:
        answer = asyncio.create_task(client.post("/login?password=x"))
        for _ in range(5):
            assert (await client.get("/")).status_code == 200
            await asyncio.sleep(0.01)
        assert (await answer).status_code == 200
