"""The body is read from a stream, and parsed by hand; the bound is asyncio's."""

import asyncio
import json
from contextlib import aclosing

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    wanted = {"accept": "application/json; charset=utf-8, text/json;q=0.5"}
    async with client.stream("GET", f"/posts/{post_id}", headers=wanted) as response:
        response.raise_for_status()
        return json.loads(await response.aread())


async def main_once(post_id):
    async with asyncio.timeout(8), aclosing(httpx.AsyncClient(base_url=BASE_URL)) as client:
        return await fetch_post(client, post_id)
