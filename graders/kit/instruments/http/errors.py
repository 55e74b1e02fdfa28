"""What an httpx client raises."""

from __future__ import annotations

import httpx

from graders.kit.shared.http import Request


def late(request: httpx.Request, seen: Request) -> httpx.ReadTimeout:
    """The error of a client whose read timeout is over."""
    limit = seen.timeout["read"]
    return httpx.ReadTimeout(f"no answer within the read timeout of {limit:g} s", request=request)
