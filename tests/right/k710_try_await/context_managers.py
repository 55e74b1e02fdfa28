"""Leaves the `try` to context managers."""

from contextlib import ExitStack, contextmanager, suppress


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


@contextmanager
def noting(key):
    try:
        yield
    except LoadError as error:
        raise Unavailable(f"no number for {key!r}") from error


async def load_or_default(load, key, default):
    with suppress(LoadError):
        return await load(key)
    return default


async def load_with_note(load, key, done):
    with noting(key), ExitStack() as stack:
        stack.callback(done, key)
        return await load(key)
