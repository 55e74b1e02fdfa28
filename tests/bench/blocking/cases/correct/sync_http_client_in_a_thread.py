"""A synchronous httpx client in a thread."""

import asyncio

import httpx

from tests.bench.blocking import props


def fetch() -> str:
    with httpx.Client() as client:
        return client.get(props.url()).text


async def main() -> None:
    assert await asyncio.to_thread(fetch) == "x"
