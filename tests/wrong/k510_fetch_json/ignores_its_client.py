"""Opens a client for each request beside the one it is given.

Fails: test_the_clients_owner_keeps_it
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
        response.raise_for_status()
        return response.json()


async def main_once(post_id):
    return await fetch_post(None, post_id)
