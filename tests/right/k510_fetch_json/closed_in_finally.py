"""A request that is built first, the default timeout, an error of its own making, and `finally`."""

import httpx

BASE_URL = "https://api.example.test"


async def fetch_post(client, post_id):
    json = {"Accept": "application/json"}
    request = client.build_request("GET", f"/posts/{post_id}", headers=json)
    response = await client.send(request)
    if response.is_error:
        raise httpx.HTTPStatusError(
            f"post {post_id}: {response}", request=request, response=response
        )
    return dict(response.json())


async def main_once(post_id):
    client = httpx.AsyncClient(base_url=BASE_URL)
    try:
        return await fetch_post(client, post_id)
    finally:
        await client.aclose()
