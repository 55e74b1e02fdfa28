"""For one post a thread and a sync client will do, too: the loop is free meanwhile."""

import asyncio

import httpx

BASE_URL = "https://api.example.test"
JSON = {"Accept": "application/json"}


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers=JSON)
    return response.raise_for_status().json()


def _fetch(post_id):
    with httpx.Client(base_url=BASE_URL, timeout=5, headers=JSON) as client:
        return client.get(f"/posts/{post_id}").raise_for_status().json()


async def main_once(post_id):
    return await asyncio.to_thread(_fetch, post_id)
