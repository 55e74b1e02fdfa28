"""A handler of `signal.signal` that lets things calm down."""

import signal
import time
from types import FrameType

FAMILY = "sleep"
CALL = "time.sleep"
PLACE = "signal handler"

seen: list[int] = []


def calm_down(number: int, _: FrameType | None) -> None:
    time.sleep(0.15)  # <-
    seen.append(number)


async def main() -> None:
    before = signal.signal(signal.SIGUSR1, calm_down)
    signal.raise_signal(signal.SIGUSR1)
    signal.signal(signal.SIGUSR1, before)
    assert seen == [signal.SIGUSR1]
