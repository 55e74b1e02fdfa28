"""The URL joined and the request made by hand; the client only sends it."""

import asyncio

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    url = client.base_url.join(f"posts/{post_id}")
    response = await client.send(httpx.Request("GET", url, headers={"Accept": "application/json"}))
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with asyncio.timeout(10), httpx.AsyncClient(base_url=BASE_URL) as client:
        return await fetch_post(client, post_id)
