"""Opens a client with the settings of the one it is given, and asks through that.

Fails: test_the_clients_owner_keeps_it
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    async with httpx.AsyncClient(base_url=client.base_url, headers=client.headers) as own:
        response = await own.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
        response.raise_for_status()
        return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
