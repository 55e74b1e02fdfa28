"""Timers and callbacks that return at once."""

import asyncio


async def main() -> None:
    loop = asyncio.get_running_loop()
    done: asyncio.Future[float] = loop.create_future()
    rung: list[int] = []
    for number in range(20):
        loop.call_later(number / 200, rung.append, number)
    loop.call_at(loop.time() + 0.15, done.set_result, 1.0)
    done.add_done_callback(lambda _: rung.append(-1))
    await done
    await asyncio.sleep(0)
    assert rung == [*range(20), -1]
