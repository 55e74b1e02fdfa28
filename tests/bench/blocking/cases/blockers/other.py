"""Blockers that wait for a signal."""

import signal


# %% other_signal_pause: `signal.pause` until an alarm
# blocks: other, signal.pause
# in: helper
def block() -> None:
    signal.signal(signal.SIGALRM, lambda *_: None)
    signal.setitimer(signal.ITIMER_REAL, 0.25)
    signal.pause()  # <-
    signal.signal(signal.SIGALRM, signal.SIG_DFL)


# %% other_sigtimedwait: `signal.sigtimedwait` of a signal that does not come in time
# blocks: other, signal.sigtimedwait
# in: coroutine
def block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGUSR1])
    signal.sigtimedwait([signal.SIGUSR1], 0.2)  # <-
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGUSR1])


# %% other_sigwait: `signal.sigwait` until an alarm
# blocks: other, signal.sigwait
# in: task
def block() -> None:
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGALRM])
    signal.setitimer(signal.ITIMER_REAL, 0.25)
    signal.sigwait([signal.SIGALRM])  # <-
    signal.pthread_sigmask(signal.SIG_UNBLOCK, [signal.SIGALRM])
