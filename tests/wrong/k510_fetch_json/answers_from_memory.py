"""Keeps each post, and never learns that it was written anew.

Fails: test_it_returns_the_post, test_it_asks_for_json
"""

import httpx

BASE_URL = "https://api.example.test"


posts = {}


async def fetch_post(client, post_id):
    if post_id in posts:
        return posts[post_id]
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    posts[post_id] = response.json()
    return posts[post_id]


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
        return await fetch_post(client, post_id)
