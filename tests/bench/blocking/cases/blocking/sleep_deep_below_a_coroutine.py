"""A rate limit kept by `time.sleep`, three helpers below the coroutine."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "helper"

PAUSE = 0.15


def respect_rate_limit(calls: int) -> None:
    if calls % 10 == 0:
        time.sleep(PAUSE)  # <-


def fetch_page(number: int) -> list[int]:
    respect_rate_limit(number)
    return [number * 100 + row for row in range(3)]


def fetch_all(pages: list[int]) -> list[int]:
    return [row for page in pages for row in fetch_page(page)]


async def main() -> None:
    assert len(fetch_all([9, 10, 11])) == 9
