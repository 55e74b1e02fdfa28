"""Awaits each fetch before it begins the next.

Fails: test_fetches_are_under_way_together
"""

from collections.abc import Awaitable, Callable


async def fetch_all(fetch: Callable[[str], Awaitable[str]], keys: list[str]) -> list[str]:
    return [await fetch(key) for key in keys]
