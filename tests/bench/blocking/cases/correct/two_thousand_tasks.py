"""Two thousand tasks."""

import asyncio


async def step() -> int:
    await asyncio.sleep(0.01)
    return 1


async def main() -> None:
    tasks: set[asyncio.Task[int]] = set()
    for _ in range(10):
        tasks |= {asyncio.create_task(step()) for _ in range(200)}
        await asyncio.sleep(0)
    done, _ = await asyncio.wait(tasks)
    assert len(done) == 2000
