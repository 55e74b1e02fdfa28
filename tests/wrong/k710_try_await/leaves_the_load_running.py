"""Protects the load from the cancellation: the caller is obeyed, and the load goes on.

Fails: test_a_cancelled_call_stays_cancelled
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
        return await asyncio.shield(load(key))
    except LoadError:
        return default


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded") from error
    finally:
        done(key)
