"""Takes `except Exception` for every way out; CancelledError is not an `Exception`.

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
    try:
        number = await load(key)
    except LoadError as error:
        done(key)
        raise Unavailable(f"{key} cannot be loaded") from error
    except Exception:
        done(key)
        raise
    done(key)
    return number
