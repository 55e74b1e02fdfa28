"""Makes a client, and never closes it.

Fails: test_main_once_closes_its_client
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    client = httpx.AsyncClient(base_url=BASE_URL, timeout=10)
    return await fetch_post(client, post_id)
