"""What an upstream records of each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import httpx

Now = Callable[[], float]
"""Seconds since the scenario began."""


@dataclass
class Request:
    """One request as the upstream saw it; times in seconds since the scenario began."""

    at: float
    method: str
    url: str
    path: str
    headers: dict[str, str]
    """Names in lower case."""
    body: bytes
    timeout: dict[str, float | None]
    """`connect`, `read`, `write` and `pool`, in seconds, as the client sent them."""
    sync: bool
    order: tuple[int, int | None]
    """Positions of its start and its end among all starts and ends."""
    ended: float | None = None
    outcome: str = "pending"
    """`answered`, `failed`, `timed out`, `cancelled` or `pending`."""
    client: int = 0
    """Which httpx client asked: numbered from 1, in the order of their first requests."""
    chunks: int = 0
    """How many chunks of the answer's body were sent, if it came chunk by chunk."""
    body_ended: float | None = None
    """When the last of these chunks was sent; None if that never happened."""


def late(request: httpx.Request, seen: Request) -> httpx.ReadTimeout:
    """The error of a client whose read timeout is over."""
    limit = seen.timeout["read"]
    return httpx.ReadTimeout(f"no answer within the read timeout of {limit:g} s", request=request)
