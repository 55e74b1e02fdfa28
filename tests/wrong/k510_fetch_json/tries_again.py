"""Asks again when the server answers 5xx, and asks too much of a server that has too much to do.

Fails: test_it_asks_for_json
"""

import asyncio

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    for attempt in range(3):
        response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
        if response.status_code < 500:
            break
        await asyncio.sleep(0.1 * 2**attempt)
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
