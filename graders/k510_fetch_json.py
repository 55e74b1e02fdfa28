"""k510: the code that makes a client closes it, and an error page is no post."""

import asyncio
import json
from contextlib import aclosing
from unittest.mock import patch

import pytest

from graders.kit.author import Observe, Returned, draw

HOST = "https://staging.example.test"
ELSEWHERE = f"{HOST}/blog"
"""Where the clients of others ask: not at the `BASE_URL` of the submission, and below a path."""

PAGES = [(400, {"json": {"error": "no"}}), (404, {"text": "<h1>Not there</h1>"}), (451, {})]
PAGES += [(500, {"json": {"id": 1}}), (503, {"text": "<h1>Later</h1>"}), (511, {"json": []})]
"""Statuses and bodies of errors: JSON or not, a post even, or nothing at all."""

SLOW = 3.0
"""Seconds that the server may take for a post, as the brief says."""

# --- scenarios: what is done to the submission, and watched -----------------------------


def post_of(number, word):
    """A post as the server has it; nobody has said what is in it."""
    return {"id": number, "title": word, "tags": [word, "ü"], "draft": None}


def serve(upstream, number, **answer):
    """This post; also for who asks in another way, or at another place: that mistake is to cost
    one check."""
    for method in ("GET", "POST"):
        for base in (upstream.base_url, ELSEWHERE, HOST):
            upstream.route(method, f"{base}/posts/{number}", **answer)


def owned(**settings):
    """A client as `fetch_post` is given one: nobody has entered it with `async with` yet."""
    # Here, because only scenarios need it: the checks start without waiting for it.
    import httpx

    # Nothing is encrypted here, and loading the certificates is most of a client's cost.
    return aclosing(httpx.AsyncClient(base_url=ELSEWHERE, verify=False, **settings))


async def counted(call, left):
    """Awaits a call, and notes in `left` how many of the clients that sent something meanwhile are
    open at its very end: nothing that it has left to others runs before that."""
    import httpx

    clients, send, send_sync = set(), httpx.AsyncClient.send, httpx.Client.send

    async def noted(client, *args, **kwargs):
        clients.add(client)
        return await send(client, *args, **kwargs)

    def noted_sync(client, *args, **kwargs):
        clients.add(client)
        return send_sync(client, *args, **kwargs)

    with (
        patch.object(httpx.AsyncClient, "send", noted),
        patch.object(httpx.Client, "send", noted_sync),
    ):
        try:
            return await call
        finally:
            left.append(sum(not client.is_closed for client in clients))


async def fetched(kata, upstream, ending, number=draw.whole(1, 999), words=draw.words(2)):
    """The same post for two owners of clients, who ask for something else afterwards; in between
    the post was written anew."""
    upstream.route("GET", f"{ELSEWHERE}/about", text="hello")
    serve(upstream, number, replies=[post_of(number, word) for word in words])
    calls, closed, changed = [], [], {}
    for _ in words:
        async with owned(headers={"accept": "text/html"}, timeout=99) as client:
            before = settings_of(client)
            calls.append(await ending(kata.fetch_post(client, number)))
            closed.append(client.is_closed)
            after = settings_of(client)
            changed |= {name: after[name] for name in after if after[name] != before.get(name)}
            await ending(client.get("/about"))
    numbers = [number for _ in words]
    return {"fetched": calls, "numbers": numbers, "closed": closed, "changed": changed}


def settings_of(client):
    """What a client carries from request to request."""
    headers = {f"header {name}": value for name, value in client.headers.items()}
    return {"base URL": str(client.base_url), "timeout": str(client.timeout), **headers}


async def fetched_together(kata, upstream, numbers=draw.wholes(4, 1, 999), title=draw.word()):
    """Several posts at once, from a server that takes its time for each."""

    async def fetch(number):
        serve(upstream, number, json=post_of(number, title), latency=SLOW)
        async with owned() as client:
            await kata.fetch_post(client, number)

    await asyncio.gather(*map(fetch, numbers))


async def main_called(kata, upstream, ending, number=draw.whole(1, 998), words=draw.words(3)):
    """`main_once` once, and then twice at the same time, for a post that was written anew and for
    another one."""
    first, anew, other = words
    replies = [post_of(number, first), post_of(number, anew)]
    serve(upstream, number, replies=replies, latency=SLOW)
    serve(upstream, number + 1, json=post_of(number + 1, other), latency=SLOW)
    left = []
    calls = [await ending(counted(kata.main_once(number), left))]
    both = asyncio.gather(*(ending(kata.main_once(one)) for one in (number, number + 1)))
    calls += await counted(both, left)
    return {"fetched": calls, "numbers": [number, number, number + 1], "open": left}


async def refused(kata, upstream, ending, number=draw.whole(1, 900)):
    """The server says no, in six ways; and for `main_once` there is none in the end."""
    import httpx

    calls, left = [], []
    for more, (status, body) in enumerate(PAGES):
        serve(upstream, number + more, status=status, **body)
        async with owned() as client:
            call = await ending(kata.fetch_post(client, number + more))
            calls.append(("fetch_post", status, call))
        call = await ending(counted(kata.main_once(number + more), left))
        calls.append(("main_once", status, call))
    serve(upstream, 0, raises=httpx.ConnectError)
    await ending(counted(kata.main_once(0), left))
    return {"calls_made": calls, "open": left}


async def silent(kata, upstream, ending, number=draw.whole(1, 999), title=draw.word()):
    """The server is silent from the start, and the next time after half of its answer."""
    left, calls = [], []
    post = post_of(number, title)
    body = json.dumps(post).encode()
    halves = {"chunks": [body[:9], body[9:]], "every": 600.0}
    for silence in ({"json": post, "latency": 600.0}, halves):
        serve(upstream, number, **silence)
        began = asyncio.get_running_loop().time()
        call = await ending(counted(kata.main_once(number), left))
        calls.append((call, asyncio.get_running_loop().time() - began))
    return {"calls_made": calls, "open": left}


async def given_up(kata, upstream, ending, number=draw.whole(1, 999)):
    """The caller gives up, and time goes by."""
    serve(upstream, number, latency=60.0)
    await ending(kata.main_once(number), cancel_at=1.0, then=10.0)
    return {"open": []}


# --- checks: what must be true of what was seen -----------------------------------------


@pytest.mark.points(1)
async def test_it_asks_for_json(observe: Observe):
    """Each call of both functions sends one `GET /posts/<post_id>` that accepts JSON.

    - What does the other server see of your request, apart from the path?
    - Unless told otherwise httpx says `Accept: */*`: whatever the server likes to send. Every
      request method takes `headers`: www.python-httpx.org/quickstart/#custom-headers.
    - `await client.get(f"/posts/{post_id}", headers={"Accept": ...})`, once.
    """
    for scenario in (fetched, main_called):
        seen = await observe(scenario)
        requests = [one for one in seen.upstream.requests if one.path != "/blog/about"]
        for request in requests:
            paths = [f"GET /posts/{number}" for number in seen.numbers]
            accept = request.headers.get("accept", "")
            # At which place it asks is a matter of another check.
            asked = f"{request.method} {request.path.removeprefix('/blog')}"
            assert asked in paths, f"the request was {asked} instead of {paths[0]}"
            types = [part.partition(";")[0].strip().lower() for part in accept.split(",")]
            assert "application/json" in types, (
                f"the request says `Accept: {accept}` instead of `Accept: application/json`"
            )
        sent, calls = len(requests), len(seen.fetched)
        assert sent == calls, f"{calls} calls were to send one request each, and sent {sent}"
    for scenario, how in ((refused, "answered with an error"), (silent, "not answered")):
        seen = await observe(scenario)
        sent = sum(request.path != "/posts/0" for request in seen.upstream.requests)
        calls = len(seen.calls_made)
        assert sent == calls, (
            f"{calls} calls that were {how} were to send one request each, and sent {sent}"
        )


@pytest.mark.points(1)
async def test_it_returns_the_post(observe: Observe):
    """Both functions return the post that the server sent, as a dict.

    - What is the type of what you get from `client.get(...)`, and of what you return?
    - A response has its body as `content` (bytes), as `text` (str), and read as JSON by `json()`:
      www.python-httpx.org/quickstart/#json-response-content.
    - `return response.json()`, of a response that you awaited.
    """
    for scenario, name in ((fetched, "fetch_post"), (main_called, "main_once")):
        seen = await observe(scenario)
        for call, *post in zip(seen.fetched, seen.numbers, seen.inputs.words, strict=True):
            sent = post_of(*post)
            assert call == Returned(sent), f"the server sent {sent}, and `{name}` {call}"


@pytest.mark.points(2)
async def test_an_error_is_raised(observe: Observe):
    """An answer of 4xx or 5xx raises `httpx.HTTPStatusError`, whatever its body says.

    - What does `client.get` do when the server answers 500?
    - It returns: a response is a response, and its body may well be JSON. `raise_for_status()`
      raises for 4xx and 5xx: www.python-httpx.org/quickstart/#response-status-codes.
    - Call it before you read the body, and let the error pass.
    """
    seen = await observe(refused)

    for function, status, call in seen.calls_made:
        assert call.is_a("HTTPStatusError"), f"the server answered {status}, `{function}` {call}"


@pytest.mark.points(2)
async def test_main_once_closes_its_client(observe: Observe):
    """The client that `main_once` opens is closed when the call ends, however it ends.

    - Your client holds connections open. Which line gives them back if the line before it raises?
    - `async with httpx.AsyncClient() as client:` closes it however the block ends:
      www.python-httpx.org/async/#opening-and-closing-clients.
    - Make the client in `async with`, and call `fetch_post` inside.
    """
    for scenario, how in (
        (main_called, "had its post"),
        (refused, "was answered with an error, or could not connect"),
        (silent, "got no answer"),
        (given_up, "was cancelled"),
    ):
        seen = await observe(scenario)
        assert seen.upstream.requests, "`main_once` asked the server for nothing"
        for number in seen.open:
            assert not number, f"`main_once` {how}, and when it ended its client was still open"
        for leak in seen.leaks:
            assert leak.family != "client", (
                f"`main_once` {how}, and the client of `{leak.call}` was never closed"
            )


@pytest.mark.points(1)
async def test_the_clients_owner_keeps_it(observe: Observe):
    """`fetch_post` asks through the client it is given, and leaves it as it was.

    - Who made the client, and what else might they want of it?
    - A client carries settings (base URL, headers, timeouts) and its connections from request to
      request: www.python-httpx.org/advanced/clients. `async with client:` closes it at the end.
    - `await client.get("/posts/...")`, with no `with` around it and no other client.
    """
    seen = await observe(fetched)

    assert not any(seen.closed), "after `fetch_post` the client that it was given is closed"
    for name, value in seen.changed.items():
        raise AssertionError(f"`fetch_post` changed its client's {name}: now it is {value}")
    requests = [one for one in seen.upstream.requests if one.path != "/blog/about"]
    assert requests, "`fetch_post` asked the server for nothing"
    for one in requests:
        assert one.url.startswith(ELSEWHERE), (
            f"the client's base URL is {ELSEWHERE}, and `fetch_post` asked for {one.url}"
        )
    owners = {one.client for one in seen.upstream.requests if one.path == "/blog/about"}
    assert {one.client for one in requests} <= owners, (
        "`fetch_post` did not ask through the client that it was given"
    )


@pytest.mark.points(1)
async def test_it_gives_up(observe: Observe):
    """`main_once` raises a timeout when the server is silent, after 10 seconds at the latest.

    - How long does your program wait for a server that never answers, or never ends its answer?
    - httpx gives up after 5 seconds of silence, and `timeout=None` takes that away:
      www.python-httpx.org/advanced/timeouts. `asyncio.timeout` bounds any wait.
    - `httpx.AsyncClient(..., timeout=10)`, or no `timeout` at all.
    """
    seen = await observe(silent)

    for (call, took), since in zip(
        seen.calls_made, ("the start", "half of its answer"), strict=True
    ):
        assert call.is_a("TimeoutException") or call.is_a("TimeoutError"), (
            f"the server was silent since {since}, and `main_once` {call} after {took:g} s"
        )
        assert took <= 10, (
            f"the server was silent since {since}, and `main_once` gave up only after {took:g} s"
        )


@pytest.mark.points(2)
async def test_others_run_meanwhile(observe: Observe):
    """While one answer is on its way, everything else goes on.

    - What can the rest of your program do between the request and the answer?
    - `httpx.get` and `httpx.Client` wait on the thread, and the event loop waits with them; `await
      client.get(...)` of an `AsyncClient` lets others run: www.python-httpx.org/async.
    - Await every request.
    """
    for scenario, name, due in (
        (fetched_together, "fetch_post", SLOW),
        (main_called, "main_once", 2 * SLOW),
    ):
        seen = await observe(scenario)
        seen.assert_free()
        assert seen.elapsed <= due, (
            f"the server takes {SLOW:g} s for each post; calls of `{name}` at the same time took "
            f"{seen.elapsed:g} s together, instead of {due:g} s"
        )
