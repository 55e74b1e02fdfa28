"""An httpx client whose transport is a function."""

import asyncio

import httpx


async def answer(request: httpx.Request) -> httpx.Response:
    await asyncio.sleep(0.1)
    return httpx.Response(200, json={"path": request.url.path})


async def main() -> None:
    async with httpx.AsyncClient(transport=httpx.MockTransport(answer)) as client:
        assert (await client.get("http://up/price")).json() == {"path": "/price"}
