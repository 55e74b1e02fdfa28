"""One post from another server

The posts of a blog live on another server, at `BASE_URL`. You ask it for
one of them, and while its answer is on the way your program does other things.

- `await fetch_post(client, post_id)` sends one `GET /posts/<post_id>` that says
  `Accept: application/json`, and returns the JSON of the answer: a dict.
- It asks through the client it is given, at that client's base URL, which need
  not be yours; and leaves it as it was: open, with its owner's settings.
- `await main_once(post_id)` does the same through a client of its own. Before
  it ends, however it ends, it has closed that client; if it is cancelled,
  at the latest when its 10 seconds are over.
- In both, an answer of 4xx or 5xx raises `httpx.HTTPStatusError`, whatever its
  body is. Nothing is asked twice, and nothing is kept for the next call.
- The server may take 3 seconds for a post. If it falls silent, before its
  answer or in the middle, `main_once` has given up 10 seconds later: it raises
  `httpx.TimeoutException` or `TimeoutError`.

    nox -s grade -- k510
"""

from typing import Any

import httpx

BASE_URL = "https://api.example.test"


# TODO: asks for one post through somebody else's client.
async def fetch_post(client: httpx.AsyncClient, post_id: int) -> dict[str, Any]:
    raise NotImplementedError


# TODO: asks for one post through a client that lives just as long as this call.
async def main_once(post_id: int) -> dict[str, Any]:
    raise NotImplementedError
