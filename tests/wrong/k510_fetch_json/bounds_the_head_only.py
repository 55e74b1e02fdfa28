"""Bounds the wait for the status and the headers: the body may take for ever.

Fails: test_it_gives_up
"""

import asyncio

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=None) as client:
        json = {"Accept": "application/json"}
        request = client.build_request("GET", f"/posts/{post_id}", headers=json)
        response = await asyncio.wait_for(client.send(request, stream=True), 10)
        await response.aread()
        response.raise_for_status()
        return response.json()
