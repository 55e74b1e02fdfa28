"""A lambda in a table of actions."""

import time
from collections.abc import Callable

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "lambda"

actions: dict[str, Callable[[float], None]] = {
    "wait": lambda seconds: time.sleep(seconds),  # <-
    "skip": lambda seconds: None,
}


async def main() -> None:
    for action in ("skip", "wait"):
        actions[action](0.15)
