"""Switches the timeout off, so that a slow answer is no error.

Fails: test_it_gives_up
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=None) as client:
        return await fetch_post(client, post_id)
