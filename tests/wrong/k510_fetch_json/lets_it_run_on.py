"""Gives up after 10 seconds, and leaves the task behind, with an open client.

Fails: test_main_once_closes_its_client
"""

import asyncio

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def ask(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=None) as client:
        return await fetch_post(client, post_id)


async def main_once(post_id):
    task = asyncio.create_task(ask(post_id))
    done, _ = await asyncio.wait([task], timeout=10)
    if not done:
        raise TimeoutError
    return task.result()
