from __future__ import annotations

import asyncio
from typing import Any

import httpx
import pytest

from graders.kit.instruments.http.upstream import NoRoute, Upstream
from graders.kit.shared import codec
from graders.kit.shared.calls import most_in_flight
from tests.kit.simulation import Now, virtual

URL = "https://api.example.test"


async def get(path: str, **options: Any) -> httpx.Response:
    """What a learner would write: a client of one's own, for one request."""
    async with httpx.AsyncClient(base_url=URL, verify=False) as client:
        return await client.get(path, **options)


def get_blocking(path: str, **options: Any) -> httpx.Response:
    with httpx.Client(base_url=URL, verify=False) as client:
        return client.get(path, **options)


@virtual
async def test_a_request_is_answered_and_recorded(now: Now) -> None:
    """A request is recorded with its contents, its times and its outcome."""
    with Upstream(now) as upstream:
        upstream.route("POST", "/posts", status=201, json={"id": 7}, latency=1.0)
        async with httpx.AsyncClient(verify=False, timeout=3.0) as client:
            answer = await client.post(f"{URL}/posts?draft=1", json=[1], headers={"X-Key": "k"})

    assert (answer.status_code, answer.json()) == (201, {"id": 7})
    (seen,) = upstream.requests
    assert (seen.method, seen.path, seen.url) == ("POST", "/posts", f"{URL}/posts?draft=1")
    assert (seen.headers["x-key"], seen.body, seen.sync) == ("k", b"[1]", False)
    assert seen.timeout == {"connect": 3.0, "read": 3.0, "write": 3.0, "pool": 3.0}
    assert (seen.at, seen.ended, seen.outcome, seen.order) == (0.0, 1.0, "answered", (0, 1))


@virtual
async def test_answers_take_their_latency_and_overlap(now: Now) -> None:
    """Requests at the same time are in flight together; latency may depend on the request."""
    with Upstream(now) as upstream:
        for n in (1, 2, 3):
            upstream.route("GET", f"/{n}", text=str(n), latency=lambda r: float(r.url.path[1:]))
        answers = await asyncio.gather(get("/3"), get("/1"), get("/2"))

    assert [answer.text for answer in answers] == ["3", "1", "2"]
    assert [seen.ended for seen in upstream.requests] == [3.0, 1.0, 2.0]
    assert most_in_flight(upstream.requests) == 3


@virtual
async def test_requests_in_turn_are_never_in_flight_together(now: Now) -> None:
    """`most_in_flight` goes by the order of starts and ends, even when no time passes."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/")
        await get("/")
        await get("/")

    assert most_in_flight(upstream.requests) == 1
    assert now() == 0.0


@virtual
async def test_the_read_timeout_is_enforced(now: Now) -> None:
    """A reply slower than the client's read timeout is a ReadTimeout after exactly that long."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/slow", latency=5.0)
        with pytest.raises(httpx.ReadTimeout, match=r"within the read timeout of 0\.5 s") as caught:
            await get("/slow", timeout=0.5)
        assert now() == 0.5
        assert (await get("/slow", timeout=5.0)).status_code == 200
        assert (await get("/slow", timeout=None)).status_code == 200

    assert caught.value.request.url == f"{URL}/slow"
    assert caught.value.__cause__ is None
    assert [seen.outcome for seen in upstream.requests] == ["timed out", "answered", "answered"]


@virtual
async def test_a_blocking_client_is_served_on_its_own_thread(now: Now) -> None:
    """The sync client waits by `time.sleep`, has its timeouts enforced, and is marked `sync`."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", text="hello", latency=1.0)
        answers = await asyncio.gather(*(asyncio.to_thread(get_blocking, "/") for _ in range(3)))
        assert now() == 1.0
        with pytest.raises(httpx.ReadTimeout):
            await asyncio.to_thread(get_blocking, "/", timeout=0.5)
        assert now() == 1.5

    assert [answer.text for answer in answers] == ["hello"] * 3
    assert all(seen.sync for seen in upstream.requests)
    assert most_in_flight(upstream.requests) == 3


@virtual
async def test_requests_pass_the_barrier(now: Now) -> None:
    """With `meet` requests wait for each other; one after the other they time out."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", meet=2)
        with pytest.raises(httpx.ReadTimeout):
            await get("/", timeout=2.0)
        assert now() == 2.0
        await asyncio.gather(get("/"), get("/"))

    assert now() == 2.0
    assert [seen.outcome for seen in upstream.requests] == ["timed out", "answered", "answered"]


@virtual
async def test_requests_of_threads_pass_the_barrier(now: Now) -> None:
    """Sync clients in threads pass the barrier too; one on the loop's own thread does not hang."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", meet=2)
        assert get_blocking("/").status_code == 200
        with pytest.raises(httpx.ReadTimeout):
            await asyncio.to_thread(get_blocking, "/", timeout=2.0)
        assert now() == 2.0
        await asyncio.gather(*(asyncio.to_thread(get_blocking, "/") for _ in range(2)))

    assert most_in_flight(upstream.requests[:2]) == 1
    assert most_in_flight(upstream.requests[2:]) == 2


@virtual
async def test_replies_come_in_turn_and_the_last_stays(now: Now) -> None:
    """`replies` are statuses, exceptions, responses or JSON, one after the other."""
    with Upstream(now) as upstream:
        busy = httpx.Response(429, headers={"Retry-After": "7"})
        upstream.route("GET", "/", replies=[503, httpx.ConnectError, busy, {"ok": 1}])
        first = await get("/")
        with pytest.raises(httpx.ConnectError) as caught:
            await get("/")
        others = [await get("/") for _ in range(3)]

    assert first.status_code == 503
    assert caught.value.__cause__ is caught.value.__context__ is None
    assert others[0].headers["retry-after"] == "7"
    assert [answer.json() for answer in others[1:]] == [{"ok": 1}] * 2
    outcomes = [seen.outcome for seen in upstream.requests]
    assert outcomes == ["answered", "failed", "answered", "answered", "answered"]


@virtual
async def test_an_exception_comes_after_the_latency(now: Now) -> None:
    """`raises` may be a function of the request; what it does not refuse is answered."""
    with Upstream(now) as upstream:
        down = httpx.ReadError("connection reset")

        def refuse(request: httpx.Request) -> Exception | None:
            return down if "x" in request.url.params else None

        upstream.route("GET", "/", raises=refuse, latency=1.0)
        with pytest.raises(httpx.ReadError, match="connection reset"):
            await get("/?x=1")
        assert now() == 1.0
        assert (await get("/")).status_code == 200


@virtual
async def test_a_cancelled_request_is_recorded_as_such(now: Now) -> None:
    """Cancelling the caller ends the request, at that moment."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", latency=60.0)
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(get("/", timeout=None), 2.0)

    (seen,) = upstream.requests
    assert (seen.outcome, seen.ended) == ("cancelled", 2.0)


@virtual
async def test_a_request_without_a_route_is_recorded_as_well_as_raised(now: Now) -> None:
    """No `except Exception` hides an unexpected request, and it is no httpx error."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/posts/1")
        with pytest.raises(NoRoute, match=f"nobody serves GET {URL}/posts/2 here") as caught:
            await get("/posts/2")
        with pytest.raises(NoRoute, match=r"nobody serves GET https://elsewhere\.test/ here"):
            await get("https://elsewhere.test/")
        with pytest.raises(NoRoute):
            get_blocking("/posts/1/comments")

    assert not isinstance(caught.value, httpx.HTTPError)
    assert upstream.unexpected == upstream.requests
    assert [seen.path for seen in upstream.unexpected] == ["/posts/2", "/", "/posts/1/comments"]


@virtual
async def test_the_whole_of_respx_is_at_hand(now: Now) -> None:
    """Routes of `router` are recorded too, and a route may be of another host."""
    with Upstream(now) as upstream:
        upstream.router.get(path__regex=r"^/posts/\d+$").respond(json={"any": True})
        upstream.route("GET", "https://elsewhere.test/x", text="there")
        answers = [await get("/posts/12"), await get("https://elsewhere.test/x")]

    assert answers[0].json() == {"any": True}
    assert answers[1].text == "there"
    assert [seen.outcome for seen in upstream.requests] == ["answered", "answered"]


@virtual
async def test_a_later_route_replaces_an_equal_one(now: Now) -> None:
    """Of two routes with the same method and path the later one serves."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", text="old")
        upstream.route("GET", "/", text="new")

        assert (await get("/")).text == "new"


@virtual
async def test_an_app_in_process_is_left_alone(now: Now) -> None:
    """`httpx.ASGITransport` reaches its app, and is no request of the upstream."""

    async def app(_scope: Any, _receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 204})
        await send({"type": "http.response.body"})

    with Upstream(now) as upstream:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=URL) as client:
            assert (await client.get("/")).status_code == 204

    assert upstream.requests == []


@virtual
async def test_leaving_puts_httpx_back(now: Now) -> None:
    """After the upstream, clients reach the network again: here, a port where nothing listens."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/")
        await get("/")
    listener = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
    host, port = listener.sockets[0].getsockname()
    listener.close()
    await listener.wait_closed()

    with pytest.raises(httpx.ConnectError):
        await get(f"http://{host}:{port}/")
    assert len(upstream.requests) == 1


@virtual
async def test_requests_cross_the_boundary(now: Now) -> None:
    """Requests are plain data once encoded, and can still be counted."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", latency=1.0)
        await asyncio.gather(get("/"), get("/"))

    seen = codec.decode(codec.encode(upstream.requests))

    assert [(one.path, one.outcome, one.ended) for one in seen] == [("/", "answered", 1.0)] * 2
    assert most_in_flight(seen) == 2
