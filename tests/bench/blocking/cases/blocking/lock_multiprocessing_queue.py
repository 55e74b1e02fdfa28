"""A queue between processes whose other end is slow."""

import asyncio
import multiprocessing
import time
from multiprocessing.queues import Queue

FAMILY = "lock"
CALL = "multiprocessing.Queue.get"
PLACE = "async iterator"

processes = multiprocessing.get_context("fork")


def crawl(found: "Queue[str]") -> None:
    time.sleep(0.3)
    found.put("example.org")


class Crawl:
    def __init__(self) -> None:
        self.found: Queue[str] = processes.Queue()
        self.child = processes.Process(target=crawl, args=[self.found])
        self.child.start()
        self.left = 1

    def __aiter__(self) -> "Crawl":
        return self

    async def __anext__(self) -> str:
        if not self.left:
            raise StopAsyncIteration
        self.left -= 1
        return self.found.get()  # <-


async def main() -> None:
    crawl_of_today = Crawl()
    async for site in crawl_of_today:
        assert site == "example.org"
    await asyncio.to_thread(crawl_of_today.child.join)
