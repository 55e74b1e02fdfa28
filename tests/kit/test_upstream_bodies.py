"""An upstream that sends its body chunk by chunk, and knows which client asked."""

from __future__ import annotations

import asyncio
import gc

import httpx
import pytest

from graders.kit.instruments.http.upstream import Upstream
from graders.kit.shared import codec
from tests.kit.simulation import Now, virtual

URL = "https://api.example.test"


def browser(**options: object) -> httpx.AsyncClient:
    return httpx.AsyncClient(base_url=URL, verify=False, **options)


@virtual
async def test_a_body_comes_chunk_by_chunk(now: Now) -> None:
    """Each chunk has its time, and the record says how many were sent."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/log", chunks=[b"a", b"b", b"c"], every=0.5, latency=1.0)
        async with browser() as client, client.stream("GET", "/log") as answer:
            came = [(now(), chunk) async for chunk in answer.aiter_raw()]

    assert came == [(1.0, b"a"), (1.5, b"b"), (2.0, b"c")]
    (seen,) = upstream.requests
    assert (seen.ended, seen.chunks, seen.body_ended) == (1.0, 3, 2.0)


@virtual
async def test_a_client_that_stops_reading_does_not_get_the_rest(now: Now) -> None:
    """What was not read was not sent."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/log", chunks=[b"x"] * 100, every=0.1)
        async with browser() as client, client.stream("GET", "/log") as answer:
            async for _ in answer.aiter_raw():
                if now() >= 0.3:
                    break

    (seen,) = upstream.requests
    assert (seen.chunks, seen.body_ended) == (4, None)


@virtual
async def test_a_chunk_that_is_late_is_a_read_timeout(now: Now) -> None:
    """After exactly the client's read timeout, in the middle of the body."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/log", chunks=[b"a", b"b"], every=5.0)
        async with browser(timeout=2.0) as client:
            with pytest.raises(httpx.ReadTimeout):
                await client.get("/log")
    assert (now(), upstream.requests[0].chunks) == (2.0, 1)


@virtual
async def test_a_blocking_client_gets_its_chunks_too(now: Now) -> None:
    """In a thread, each after its pause."""

    def get() -> bytes:
        with httpx.Client(base_url=URL, verify=False) as client:
            return client.get("/log").content

    with Upstream(now) as upstream:
        upstream.route("GET", "/log", chunks=[b"a", b"b"], every=1.0)
        assert await asyncio.to_thread(get) == b"ab"
    assert upstream.requests[0].body_ended == 1.0


@virtual
async def test_each_request_has_the_number_of_its_client(now: Now) -> None:
    """Numbered from 1, in the order of their first requests; through redirects as well."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", json=1)
        upstream.route("GET", "/old", status=302, headers={"location": "/"})
        async with browser() as first, browser(follow_redirects=True) as second:
            for client in (second, first, second):
                await client.get("/old")
        with httpx.Client(base_url=URL, verify=False) as third:
            third.get("/")

    assert [(r.client, r.path) for r in upstream.requests] == [
        (1, "/old"),
        (1, "/"),
        (2, "/old"),
        (1, "/old"),
        (1, "/"),
        (3, "/"),
    ]
    assert [r.client for r in codec.decode(codec.encode(upstream.requests))][-1] == 3


@virtual
async def test_a_number_is_not_given_again(now: Now) -> None:
    """Not even when the client that had it is gone."""
    with Upstream(now) as upstream:
        upstream.route("GET", "/", json=1)
        for _ in range(2):
            async with browser() as client:
                await client.get("/")
            del client
            gc.collect()

    assert [r.client for r in upstream.requests] == [1, 2]


async def test_httpx_is_as_before_afterwards() -> None:
    """The patches of `send` are gone."""
    before = vars(httpx.AsyncClient)["send"], vars(httpx.Client)["send"]
    with Upstream(lambda: 0.0):
        assert vars(httpx.AsyncClient)["send"] is not before[0]
    assert (vars(httpx.AsyncClient)["send"], vars(httpx.Client)["send"]) == before
