"""Ten thousand callbacks put on the loop, a thousand at a time."""

import asyncio


async def main() -> None:
    loop = asyncio.get_running_loop()
    seen: list[int] = []
    for start in range(0, 10_000, 1000):
        for number in range(start, start + 1000):
            loop.call_soon(seen.append, number)
        await asyncio.sleep(0)
    await asyncio.sleep(0.01)
    assert len(seen) == 10_000
