"""Closes a client that belongs to somebody else.

Fails: test_the_clients_owner_keeps_it
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    async with client:
        response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
        response.raise_for_status()
        return response.json()


async def main_once(post_id):
    client = httpx.AsyncClient(base_url=BASE_URL, timeout=10)
    return await fetch_post(client, post_id)
