"""`time.sleep` in a coroutine."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "coroutine"


async def main() -> None:
    time.sleep(0.15)  # <-
