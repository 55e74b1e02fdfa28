"""Calls `done` before it waits, when nothing is done yet.

Fails: test_done_is_called_however_it_ends
"""

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
    loading = load(key)
    done(key)
    try:
        return await loading
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded") from error
