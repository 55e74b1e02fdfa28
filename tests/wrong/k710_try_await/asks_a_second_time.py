"""Loads once more on a LoadError, which is an answer that was not asked for twice.

Fails: test_a_load_error_gives_the_default
"""

from collections.abc import Awaitable, Callable

Load = Callable[[str], Awaitable[int]]


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load: Load, key: str, default: int) -> int:
    for _ in range(2):
        try:
            return await load(key)
        except LoadError:
            continue
    return default


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded") from error
    finally:
        done(key)
