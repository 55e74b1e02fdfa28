"""Twelve milliseconds of processor time: long for a loop, short for a person."""

import time


async def main() -> None:
    end = time.thread_time() + 0.012
    while time.thread_time() < end:
        pass
