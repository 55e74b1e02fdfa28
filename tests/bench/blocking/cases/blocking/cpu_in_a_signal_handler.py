"""A handler of `signal.signal` that makes a long report."""

import signal
from types import FrameType

FAMILY = "cpu"
CALL = "report"
PLACE = "signal handler"

lines: list[str] = []


def report(_: int, __: FrameType | None) -> None:
    lines[:] = sorted(map(str, range(1_300_000)))  # <-


async def main() -> None:
    signal.signal(signal.SIGUSR2, report)
    signal.raise_signal(signal.SIGUSR2)
    signal.signal(signal.SIGUSR2, signal.SIG_DFL)
    assert lines
