"""Keeps the last number of each key, and shows that one in place of the default.

Fails: test_a_load_error_gives_the_default
"""

from collections.abc import Awaitable, Callable

Load = Callable[[str], Awaitable[int]]

known: dict[str, int] = {}


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load: Load, key: str, default: int) -> int:
    try:
        known[key] = await load(key)
    except LoadError:
        return known.get(key, default)
    return known[key]


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded") from error
    finally:
        done(key)
