"""A task of its own for the load, and a callback for its end."""

import asyncio


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load, key, default):
    task = asyncio.ensure_future(load(key))
    try:
        return await task
    except asyncio.CancelledError:
        task.cancel()
        raise
    except LoadError:
        pass
    return default


async def load_with_note(load, key, done):
    task = asyncio.create_task(load(key))
    task.add_done_callback(lambda _: done(key))
    try:
        return await task
    except LoadError as error:
        note = Unavailable(f"{key}: {error}")
        note.__cause__ = error
        raise note
