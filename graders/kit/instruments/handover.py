"""Where the kit runs what a submission gave it: an app, something to await.

All of the kit does so here. An exception that passes through these functions is the submission's
own, although the code nearest to where it was raised may be a library's, or one of our fakes.
"""

from __future__ import annotations

from collections.abc import Awaitable
from typing import Any


async def serve(app: Any, scope: Any, receive: Any, send: Any) -> None:
    """Calls an ASGI app; raises what it raises, also where it cannot be called so."""
    await app(scope, receive, send)


async def awaited(awaitable: Awaitable[Any]) -> Any:
    """What it returns; raises what it raises."""
    return await awaitable
