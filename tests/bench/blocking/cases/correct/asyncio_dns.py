"""A name looked up by the loop."""

import asyncio


async def main() -> None:
    assert await asyncio.get_running_loop().getaddrinfo("localhost", 80)
