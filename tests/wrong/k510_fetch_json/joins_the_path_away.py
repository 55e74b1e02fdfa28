"""Joins the path to the base URL as a browser would, without the path that the base URL has.

Fails: test_the_clients_owner_keeps_it
"""

from typing import Any

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client: httpx.AsyncClient, post_id: int) -> dict[str, Any]:
    url = client.base_url.join(f"/posts/{post_id}")
    response = await client.get(url, headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id: int) -> dict[str, Any]:
    async with httpx.AsyncClient(base_url=BASE_URL) as client:
        return await fetch_post(client, post_id)
