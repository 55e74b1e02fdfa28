"""`signal.sigtimedwait`: a signal that does not come in time."""

import signal

FAMILY = "other"
CALL = "signal.sigtimedwait"
PLACE = "coroutine"


async def main() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.sigtimedwait([signal.SIGUSR1], 0.2)  # <-
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])
