"""Lets a call join the load of another one that is under way for the same key.

Fails: test_the_number_comes_back
"""

import asyncio
from collections.abc import Awaitable, Callable

Load = Callable[[str], Awaitable[int]]


class LoadError(Exception):
    """The warehouse does not answer. `load` raises it."""


class Unavailable(Exception):
    """A number cannot be shown. Its text names the key."""


class _Flight:
    def __init__(self, load: Load, key: str) -> None:
        async def call() -> int:
            return await load(key)

        self.load = load  # keeps the id in _flights its own
        self.task = asyncio.create_task(call())
        self.waiting = 0


_flights: dict[tuple[int, str], _Flight] = {}


async def load_or_default(load: Load, key: str, default: int) -> int:
    place = (id(load), key)
    flight = _flights.get(place)
    if flight is None or flight.task.done():
        flight = _flights[place] = _Flight(load, key)
    flight.waiting += 1
    try:
        await asyncio.wait({flight.task})
        return flight.task.result()
    except LoadError:
        return default
    finally:
        flight.waiting -= 1
        if not flight.waiting:
            if _flights.get(place) is flight:
                del _flights[place]
            if not flight.task.done():
                flight.task.cancel()
                await asyncio.wait({flight.task})


async def load_with_note(load: Load, key: str, done: Callable[[str], None]) -> int:
    try:
        return await load(key)
    except LoadError as error:
        raise Unavailable(f"no number for {key}") from error
    finally:
        done(key)
