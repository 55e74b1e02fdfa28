"""An asynchronous httpx client and a slow server."""

import asyncio

import httpx

from tests.bench.blocking import props


async def main() -> None:
    async with httpx.AsyncClient() as client:
        answers = await asyncio.gather(*(client.get(props.url()) for _ in range(3)))
    assert [answer.text for answer in answers] == ["x"] * 3
