"""Changes the headers of the client itself: its owner's next request says so, too.

Fails: test_the_clients_owner_keeps_it
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    client.headers["Accept"] = "application/json"
    response = await client.get(f"/posts/{post_id}")
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
