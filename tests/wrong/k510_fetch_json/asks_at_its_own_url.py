"""Asks at `BASE_URL`, wherever the client that it is given would ask.

Fails: test_the_clients_owner_keeps_it
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    url = f"{BASE_URL}/posts/{post_id}"
    response = await client.get(url, headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
