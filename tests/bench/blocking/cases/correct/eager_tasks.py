"""Tasks that start at once, where Python has them."""

import asyncio


async def cached(key: str, cache: dict[str, str]) -> str:
    if key not in cache:
        await asyncio.sleep(0.05)
        cache[key] = key.upper()
    return cache[key]


async def main() -> None:
    factory = getattr(asyncio, "eager_task_factory", None)
    asyncio.get_running_loop().set_task_factory(factory)
    cache: dict[str, str] = {}
    for _ in range(3):
        await asyncio.gather(*(asyncio.create_task(cached(key, cache)) for key in "abcdef"))
