"""Leaves it to the loop to call `done`, which is after `load_with_note` has ended.

Fails: test_done_is_called_however_it_ends
"""

import asyncio
from collections.abc import Awaitable, Callable

Load = Callable[[str], Awaitable[int]]


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load: Load, key: str, default: int) -> int:
    try:
        return await load(key)
    except LoadError:
        return default


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded") from error
    finally:
        asyncio.get_running_loop().call_soon(done, key)
