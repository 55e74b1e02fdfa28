"""One function in terms of the other, and a task group whose single error is unwrapped."""

import asyncio


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def alone(load, key):
    try:
        async with asyncio.TaskGroup() as group:
            task = group.create_task(load(key))
    except ExceptionGroup as errors:
        raise errors.exceptions[0] from None
    return task.result()


async def load_or_default(load, key, default):
    try:
        return await load_with_note(load, key, lambda _: None)
    except Unavailable:
        return default


async def load_with_note(load, key, done):
    try:
        return await alone(load, key)
    except LoadError as error:
        raise Unavailable(f"{key} cannot be loaded now") from error
    finally:
        done(key)
