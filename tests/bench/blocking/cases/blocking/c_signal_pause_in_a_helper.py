"""`signal.pause` until the alarm clock rings."""

import signal

FAMILY = "other"
CALL = "signal.pause"
PLACE = "helper"


def nap(seconds: float) -> None:
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    signal.pause()  # <-
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


async def main() -> None:
    nap(0.25)
