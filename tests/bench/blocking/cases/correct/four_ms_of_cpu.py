"""Four milliseconds of processor time."""

import time


async def main() -> None:
    end = time.thread_time() + 0.004
    while time.thread_time() < end:
        pass
