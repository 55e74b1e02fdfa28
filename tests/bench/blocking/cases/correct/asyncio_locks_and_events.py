"""An asyncio lock, event, condition and barrier that are waited for."""

import asyncio


async def main() -> None:
    lock, event, condition = asyncio.Lock(), asyncio.Event(), asyncio.Condition()
    barrier = asyncio.Barrier(2)

    async def other() -> None:
        async with lock:
            await asyncio.sleep(0.05)
        event.set()
        await asyncio.sleep(0.05)
        async with condition:
            condition.notify_all()
        await barrier.wait()

    task = asyncio.create_task(other())
    await asyncio.sleep(0)
    async with lock:
        pass
    await event.wait()
    async with condition:
        await condition.wait()
    await barrier.wait()
    await task
