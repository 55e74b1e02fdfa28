"""k510: the code that makes a client closes it, and an error page is no post."""

import asyncio
from contextlib import aclosing, contextmanager
from unittest.mock import patch

import pytest

from graders.kit.author import Observe, draw

# --- scenarios: what is done to the submission, and watched -----------------------------


def serve(upstream, post_id, title, **how):
    """The other server has this post, and no other."""
    upstream.route("GET", f"/posts/{post_id}", json={"id": post_id, "title": title}, **how)


def client_of(upstream, **settings):
    """A client as `fetch_post` is given one: nobody has entered it with `async with` yet."""
    # Here, because only scenarios need it: the checks start without waiting for it.
    import httpx

    # Nothing is encrypted here, and loading the certificates is most of a client's cost.
    return aclosing(httpx.AsyncClient(base_url=upstream.base_url, verify=False, **settings))


@contextmanager
def senders():
    """All clients that send something meanwhile."""
    import httpx

    clients = []
    send = httpx.AsyncClient.send

    async def noted(client, *args, **kwargs):
        clients.append(client)
        return await send(client, *args, **kwargs)

    with patch.object(httpx.AsyncClient, "send", noted):
        yield clients


async def fetched(kata, upstream, post_id=draw.whole(1, 999), title=draw.word(), token=draw.word()):
    """One post, asked for with a client that shows its owner's token to the server."""
    serve(upstream, post_id, title)
    async with client_of(upstream, headers={"authorization": token}) as client:
        post = await kata.fetch_post(client, post_id)
        return {"posts": [post], "closed": client.is_closed}


async def fetched_together(kata, upstream, ids=draw.wholes(4, 1, 999), title=draw.word()):
    """Several posts at once, from a server that takes a second for each."""

    async def fetch(post_id):
        serve(upstream, post_id, title, latency=1.0)
        async with client_of(upstream) as client:
            return await kata.fetch_post(client, post_id)

    return await asyncio.gather(*(fetch(post_id) for post_id in ids))


async def main_twice(kata, upstream, post_id=draw.whole(1, 999), title=draw.word()):
    serve(upstream, post_id, title, latency=1.0)
    with senders() as clients:
        posts = [await kata.main_once(post_id), await kata.main_once(post_id)]
    return {"posts": posts, "closed": [client.is_closed for client in clients]}


async def refused(kata, upstream, ending, ids=draw.wholes(2, 1, 999), word=draw.word()):
    """The server says no, with a 404 and with a 500, and says so in JSON."""
    found = []
    for post_id, status in zip(ids, (404, 500), strict=True):
        upstream.route("GET", f"/posts/{post_id}", status=status, json={"error": word})
        async with client_of(upstream) as client:
            found.append(("fetch_post", status, await ending(kata.fetch_post(client, post_id))))
        found.append(("main_once", status, await ending(kata.main_once(post_id))))
    return found


async def never_answered(kata, upstream, ending, post_id=draw.whole(1, 999), title=draw.word()):
    """The server takes ten minutes."""
    serve(upstream, post_id, title, latency=600.0)
    return await ending(kata.main_once(post_id))


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(1)
async def test_it_asks_for_json(observe: Observe):
    """`fetch_post` sends one `GET /posts/<post_id>` that accepts JSON.

    - What does the other server see of your request, apart from the path?
    - Unless told otherwise httpx says `Accept: */*`: whatever the server likes to send. Every
      request method takes `headers`: www.python-httpx.org/quickstart/#custom-headers.
    - `await client.get(f"/posts/{post_id}", headers={"Accept": ...})`, once.
    """
    seen = await observe(fetched)

    requests = seen.upstream.requests
    assert len(requests) == 1, f"one post cost {len(requests)} requests"
    due, accept = f"GET /posts/{seen.inputs.post_id}", requests[0].headers.get("accept", "")
    assert str(requests[0]) == due, f"the request was {requests[0]} instead of {due}"
    assert "application/json" in accept, f"the request says `Accept: {accept}`"


@pytest.mark.points(1)
async def test_it_returns_the_post(observe: Observe):
    """Both functions return the post that the server sent, as a dict.

    - What is the type of what you get from `client.get(...)`, and of what you return?
    - A response has its body as `content` (bytes), as `text` (str), and read as JSON by `json()`:
      www.python-httpx.org/quickstart/#json-response-content.
    - `return response.json()`, of a response that you awaited.
    """
    for scenario in (fetched, main_twice):
        seen = await observe(scenario)
        sent = {"id": seen.inputs.post_id, "title": seen.inputs.title}
        for post in seen.posts:
            assert post == sent, f"the server sent {sent}, what was returned is {post!r}"


@pytest.mark.points(2)
async def test_an_error_is_raised(observe: Observe):
    """An answer of 404 or 500 raises `httpx.HTTPStatusError`.

    - What does `client.get` do when the server answers 500?
    - It returns: a response is a response, and its body may well be JSON. `raise_for_status()`
      raises for 4xx and 5xx: www.python-httpx.org/quickstart/#response-status-codes.
    - Call it before you read the body, and let the error pass.
    """
    seen = await observe(refused)

    for function, status, call in seen.result:
        assert call.is_a("HTTPStatusError"), f"the server answered {status}, `{function}` {call}"


@pytest.mark.points(2)
async def test_main_once_closes_its_client(observe: Observe):
    """The client that `main_once` opens is closed when it is over, also after an error.

    - Your client holds connections open. Which line gives them back if the line before it raises?
    - `async with httpx.AsyncClient() as client:` closes it however the block ends:
      www.python-httpx.org/async/#opening-and-closing-clients.
    - Make the client in `async with`, and call `fetch_post` inside.
    """
    for scenario in (main_twice, refused):
        seen = await observe(scenario)
        assert seen.upstream.requests, "`main_once` asked the server for nothing"
        seen.assert_nothing_left("client")
    seen = await observe(main_twice)
    assert all(seen.closed), "`main_once` has returned, and the client it asked through is open"


@pytest.mark.points(1)
async def test_the_clients_owner_keeps_it(observe: Observe):
    """`fetch_post` asks through the client it is given, and leaves it open.

    - Who made the client, and what else might they want of it?
    - A client carries settings (base URL, headers, timeouts) and its connections from request to
      request: www.python-httpx.org/advanced/clients. `async with client:` closes it at the end.
    - `await client.get(...)`, with no `with` around it and no other client.
    """
    seen = await observe(fetched)

    assert seen.upstream.requests, "`fetch_post` asked the server for nothing"
    headers = seen.upstream.requests[0].headers
    assert headers.get("authorization") == seen.inputs.token, (
        "the request did not go through the client that was given: it lacks that client's headers"
    )
    assert not seen.closed, "after `fetch_post` the client that it was given is closed"


@pytest.mark.points(1)
async def test_it_gives_up(observe: Observe):
    """`main_once` raises a timeout when no answer comes within 10 seconds.

    - How long does your program wait for a server that never answers?
    - httpx gives up after 5 seconds, and `timeout=None` takes that away:
      www.python-httpx.org/advanced/timeouts. `asyncio.timeout` bounds any wait.
    - `httpx.AsyncClient(..., timeout=10)`, or no `timeout` at all.
    """
    seen = await observe(never_answered)

    call = seen.result
    assert call.is_a("TimeoutException") or call.is_a("TimeoutError"), (
        f"the server took 600 s, and `main_once` {call} after {seen.elapsed:g} s: no timeout"
    )
    assert seen.elapsed <= 10, f"`main_once` gave up after {seen.elapsed:g} s, later than 10 s"


@pytest.mark.points(2)
async def test_others_run_meanwhile(observe: Observe):
    """While one answer is on its way, everything else goes on.

    - What can the rest of your program do between the request and the answer?
    - `httpx.get` and `httpx.Client` wait on the thread, and the event loop waits with them; `await
      client.get(...)` of an `AsyncClient` lets others run: www.python-httpx.org/async.
    - Await every request.
    """
    for scenario in (fetched_together, main_twice):
        seen = await observe(scenario)
        seen.assert_free()
    seen = await observe(fetched_together)
    posts = len(seen.inputs.ids)
    assert seen.elapsed < posts, (
        f"{posts} posts of 1 s each, asked for at once, took {seen.elapsed:g} s together"
    )
