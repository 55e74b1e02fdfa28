"""Catches everything, and raises again what is not its own."""


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


async def load_or_default(load, key, default):
    number = default
    try:
        number = await load(key)
    except BaseException as error:
        if not isinstance(error, LoadError):
            raise
    return number


async def load_with_note(load, key, done):
    try:
        number = await load(key)
    except LoadError as error:
        done(key)
        raise Unavailable("no number for", key) from error
    except BaseException:
        done(key)
        raise
    else:
        done(key)
        return number
