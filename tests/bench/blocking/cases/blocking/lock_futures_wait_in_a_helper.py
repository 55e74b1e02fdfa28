"""`concurrent.futures.wait` in a helper below a coroutine."""

import concurrent.futures
import time

FAMILY = "lock"
CALL = "concurrent.futures.wait"
PLACE = "helper"

pool = concurrent.futures.ThreadPoolExecutor(3)


def fetch(page: int) -> str:
    time.sleep(0.25)
    return f"page {page}"


def fetch_all(pages: int) -> list[str]:
    futures = [pool.submit(fetch, page) for page in range(pages)]
    concurrent.futures.wait(futures)  # <-
    return [future.result() for future in futures]


async def main() -> None:
    assert len(fetch_all(3)) == 3
    pool.shutdown(wait=False)
