"""`sleep` bound by `from time import sleep`."""

from time import sleep

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "coroutine"


async def poll(attempts: int) -> int:
    for attempt in range(attempts):
        if attempt == 1:
            return attempt
        sleep(0.15)  # <-
    return attempts


async def main() -> None:
    assert await poll(3) == 1
