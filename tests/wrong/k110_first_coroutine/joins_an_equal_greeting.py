"""Has one timer for all that wait equally long: who comes later joins it, and is greeted too soon.

Fails: test_others_run_while_it_waits
"""

import asyncio
from weakref import WeakKeyDictionary

_timers: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[float, asyncio.Future[None]]] = (
    WeakKeyDictionary()
)


async def greet(name: str, delay: float) -> str:
    loop = asyncio.get_running_loop()
    timers = _timers.setdefault(loop, {})
    bell = timers.get(delay)
    if bell is None:
        bell = timers[delay] = loop.create_future()
        loop.call_later(delay, lambda: timers.pop(delay).set_result(None))
    await asyncio.shield(bell)
    return f"Hello, {name}!"


async def greet_in_turn(names: list[str], delay: float) -> list[str]:
    return [await greet(name, delay) for name in names]


def main(name: str) -> str:
    return asyncio.run(greet(name, 0))
