"""`signal.sigwait` until the alarm clock rings, in a task."""

import asyncio
import signal

FAMILY = "other"
CALL = "signal.sigwait"
PLACE = "task"


async def ring(seconds: float) -> int:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, seconds)
    rung = signal.sigwait([signal.SIGALRM])  # <-
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
    return rung


async def main() -> None:
    assert await asyncio.create_task(ring(0.25)) == signal.SIGALRM
