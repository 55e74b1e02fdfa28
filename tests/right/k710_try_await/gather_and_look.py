"""Asks `gather` for the exception as a value, and looks at it."""

import asyncio


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load, key, default):
    [outcome] = await asyncio.gather(load(key), return_exceptions=True)
    if isinstance(outcome, LoadError):
        return default
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome


async def load_with_note(load, key, done):
    try:
        [outcome] = await asyncio.gather(load(key), return_exceptions=True)
    finally:
        done(key)
    if isinstance(outcome, LoadError):
        raise Unavailable(key) from outcome
    if isinstance(outcome, BaseException):
        raise outcome
    return outcome
