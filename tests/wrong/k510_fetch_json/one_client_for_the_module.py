"""Makes one client at import, which no call may close, and none does.

Fails: test_main_once_closes_its_client
"""

import httpx

BASE_URL = "https://api.example.test"


client = httpx.AsyncClient(base_url=BASE_URL, timeout=10)


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    return await fetch_post(client, post_id)
