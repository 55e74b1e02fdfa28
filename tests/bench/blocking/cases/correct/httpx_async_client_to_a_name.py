"""An asynchronous httpx client that looks up a name first."""

import httpx

from tests.bench.blocking import props


async def main() -> None:
    async with httpx.AsyncClient() as client:
        answer = await client.get(f"http://localhost:{props.port()}/")
    assert answer.text == "x"
