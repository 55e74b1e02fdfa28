"""A descriptor that polls until its value is there."""

import time

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "descriptor"


class Eventually:
    def __init__(self, tries: int) -> None:
        self.tries = tries

    def __get__(self, instance: object, owner: type) -> int:
        while self.tries:
            self.tries -= 1
            time.sleep(0.08)  # <-
        return 42


class Job:
    result = Eventually(3)


async def main() -> None:
    assert Job().result == 42
