"""A thread has a loop of its own, and blocks that one."""

import asyncio

FAMILY = "cpu"
CALL = "crawl"
PLACE = "loop in a thread"


async def crawl() -> int:
    found = 0
    for page in range(1_400):
        found += max(map(page.__xor__, range(2_000)))  # <-
    return found


def run() -> int:
    return asyncio.run(crawl())


async def main() -> None:
    assert await asyncio.to_thread(run) > 0
