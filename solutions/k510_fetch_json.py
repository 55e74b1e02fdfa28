"""Who makes a client closes it: `async with` does, however the block ends.

`await client.get(...)` gives the loop away until the answer is there. To httpx
an error page is an answer like any other, until `raise_for_status` is called.
"""

from typing import Any

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client: httpx.AsyncClient, post_id: int) -> dict[str, Any]:
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    post: dict[str, Any] = response.json()
    return post


async def main_once(post_id: int) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
