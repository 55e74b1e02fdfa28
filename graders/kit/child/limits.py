"""What one child may use. Each limit ends in a sentence, not in a dead grader."""

from __future__ import annotations

import contextlib
import math
import signal
import time
from collections.abc import Callable
from types import FrameType

PROCESSOR = 3
"""Seconds of the child's own processor time. Load does not count against it, a busy loop does."""

STEP = 12_000_000
"""Turns of an empty loop that one step of the event loop may compute, some 0.2 s: the slowest
first request that FastAPI handles takes a fifth of it."""

STALLED = 15.0
"""Real seconds after which a child tells where it hangs: in a lock that nobody releases, say."""

MEMORY = 3 * 1024**3
"""Bytes of address space. Threads and preloaded libraries reserve far more than they use."""

FILE = 64 * 1024**2
"""Bytes of one file that the submission may write."""


Ended = Callable[[FrameType | None], None]


def impose(on_exhausted: Ended, on_stalled: Ended) -> None:
    """Limits this process; with the running frame, `on_exhausted` is called when processor time
    runs out, `on_stalled` when real time does.

    Where the platform has no such limit (Windows), the judge's deadline is the
    only one.
    """
    with contextlib.suppress(ImportError):
        import resource

        # What was spent on the way here is not the submission's: a child that was not forked
        # has imported everything itself.
        spent = math.ceil(time.process_time())
        for limit, soft, hard in (
            (resource.RLIMIT_AS, MEMORY, MEMORY),
            (resource.RLIMIT_FSIZE, FILE, FILE),
            (resource.RLIMIT_CORE, 0, 0),
            # A signal at the first, death at the second: for code that never comes back to the
            # interpreter, where the signal would be heard.
            (resource.RLIMIT_CPU, spent + PROCESSOR, spent + PROCESSOR + 2),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (soft, hard))
    if hasattr(signal, "SIGXCPU"):
        signal.signal(signal.SIGXCPU, lambda _number, frame: on_exhausted(frame))
        signal.signal(signal.SIGALRM, lambda _number, frame: on_stalled(frame))
        signal.setitimer(signal.ITIMER_REAL, STALLED)
