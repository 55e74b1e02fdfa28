"""Takes `except Exception` for every way out; CancelledError is not an `Exception`.

Fails: test_main_once_closes_its_client
"""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    response = await client.get(f"/posts/{post_id}", headers={"Accept": "application/json"})
    response.raise_for_status()
    return response.json()


async def main_once(post_id):
    client = httpx.AsyncClient(base_url=BASE_URL, timeout=10)
    try:
        post = await fetch_post(client, post_id)
    except Exception:
        await client.aclose()
        raise
    await client.aclose()
    return post
