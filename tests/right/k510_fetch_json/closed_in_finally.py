"""A whole URL, the default timeout, an error of its own making, and `finally`."""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    url = f"{BASE_URL}/posts/{post_id}"
    request = client.build_request("GET", url, headers={"Accept": "application/json"})
    response = await client.send(request)
    if response.is_error:
        raise httpx.HTTPStatusError(f"{url}: {response}", request=request, response=response)
    return dict(response.json())


async def main_once(post_id):
    client = httpx.AsyncClient()
    try:
        return await fetch_post(client, post_id)
    finally:
        await client.aclose()
