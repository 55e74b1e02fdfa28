"""An object around the client, an error class of its own, and a task with `wait_for`."""

import asyncio

import httpx

BASE_URL = "https://api.example.test"


class NotThere(httpx.HTTPStatusError):
    """Still an `HTTPStatusError` to whoever catches that."""


class Posts:
    def __init__(self, client):
        self.client = client

    async def get(self, post_id):
        response = await self.client.request(
            "get", httpx.URL(f"/posts/{post_id}"), headers=[("accept", "application/json")]
        )
        try:
            return response.raise_for_status().json()
        except httpx.HTTPStatusError as error:
            raise NotThere(str(error), request=error.request, response=error.response) from error


async def fetch_post(client, post_id):
    return await asyncio.create_task(Posts(client).get(post_id))


async def main_once(post_id):
    limits = httpx.Timeout(3, read=9)
    async with httpx.AsyncClient(base_url=BASE_URL, timeout=limits) as client:
        return await asyncio.wait_for(fetch_post(client, post_id), 10)
