"""A timer of the loop fills in a future; `main` drives a loop of its own."""

import asyncio


async def greet(name, delay):
    loop = asyncio.get_running_loop()
    future = loop.create_future()
    loop.call_later(delay, future.set_result, f"Hello, {name}!")
    return await future


async def greet_in_turn(names, delay):
    greetings = []
    for name in names:
        greetings.append(await asyncio.create_task(greet(name, delay)))
    return greetings


def main(name):
    loop = asyncio.new_event_loop()
    try:
        return loop.run_until_complete(greet(name, 0))
    finally:
        loop.close()
