"""The collector walks a large heap of live objects."""

import asyncio
import gc

CATALOGUE = [{"id": number, "tags": [number]} for number in range(100_000)]


async def main() -> None:
    for generation in (0, 1, 2):
        gc.collect(generation)
        await asyncio.sleep(0.01)
    assert CATALOGUE
