"""Two hundred thousand objects in cycles, collected as they come."""

import asyncio


class Node:
    def __init__(self) -> None:
        self.me = self


async def main() -> None:
    for _ in range(100):
        for _ in range(2000):
            Node()
        await asyncio.sleep(0)
