"""Reads the body before the status: an error page in HTML is no JSON.

Fails: test_an_error_is_raised
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    post = response.json()
    response.raise_for_status()
    return post


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
