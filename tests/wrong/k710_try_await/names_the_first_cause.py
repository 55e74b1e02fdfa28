"""Takes the first cause: a LoadError that has a cause itself is not the cause of Unavailable.

Fails: test_a_load_error_becomes_unavailable
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


def _root(error: BaseException) -> BaseException:
    while error.__cause__ is not None:
        error = error.__cause__
    return error


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"no number for {key}") from _root(error)
    finally:
        done(key)
