"""Leaves out the `Accept` header; httpx says `Accept: */*`.

Fails: test_it_asks_for_json
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}")
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
