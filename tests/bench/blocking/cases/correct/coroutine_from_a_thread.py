"""A thread that submits a coroutine to the loop and waits for its result."""

import asyncio


async def answer() -> int:
    await asyncio.sleep(0.1)
    return 42


async def main() -> None:
    loop = asyncio.get_running_loop()

    def ask() -> int:
        return asyncio.run_coroutine_threadsafe(answer(), loop).result()

    assert await asyncio.to_thread(ask) == 42
