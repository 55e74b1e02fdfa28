"""Requests answered by respx."""

import httpx
import respx


async def main() -> None:
    with respx.mock:
        respx.get("http://up/").respond(200, json={"up": True})
        async with httpx.AsyncClient() as client:
            assert (await client.get("http://up/")).json() == {"up": True}
