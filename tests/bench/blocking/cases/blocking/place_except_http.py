"""An `except` that asks the second server."""

import asyncio

import httpx

from tests.bench.blocking import props

FAMILY = "http"
CALL = "httpx.get"
PLACE = "except"


async def from_cache(name: str) -> str:
    await asyncio.sleep(0)
    raise KeyError(name)


async def look_up(name: str) -> str:
    try:
        return await from_cache(name)
    except KeyError:
        return httpx.get(f"{props.url()}{name}").text  # <-


async def main() -> None:
    assert await look_up("tea") == "x"
