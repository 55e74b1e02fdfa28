"""Decorators, and an asynchronous context manager as a class."""

import functools


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


class Ended:
    def __init__(self, hook, key):
        self.hook, self.key = hook, key

    async def __aenter__(self):
        return self

    async def __aexit__(self, kind, error, traceback):
        self.hook(self.key)
        if isinstance(error, LoadError):
            raise Unavailable(f"{self.key} is not to be had") from error


def ended(function):
    @functools.wraps(function)
    async def wrapper(load, key, done):
        async with Ended(done, key):
            return await function(load, key, done)

    return wrapper


async def load_or_default(load, key, default):
    loading = load(key)
    try:
        number = await loading
    except LoadError:
        number = default
    finally:
        del loading
    return number


@ended
async def load_with_note(load, key, done):
    return await load(key)
