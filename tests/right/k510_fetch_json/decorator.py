"""A decorator lends the client, with `functools.wraps`."""

import functools

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


def with_own_client(function):
    @functools.wraps(function)
    async def wrapper(post_id):
        async with httpx.AsyncClient(base_url=BASE_URL, timeout=10) as client:
            return await function(client, post_id)

    return wrapper


main_once = with_own_client(fetch_post)
