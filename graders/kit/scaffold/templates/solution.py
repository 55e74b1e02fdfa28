"""`gather` makes a task of each coroutine, so all fetches are under way at the same time.

Its results are in the order of its arguments, whichever task ends first.
"""

import asyncio
from collections.abc import Awaitable, Callable


async def fetch_all(fetch: Callable[[str], Awaitable[str]], keys: list[str]) -> list[str]:
    return await asyncio.gather(*(fetch(key) for key in keys))
