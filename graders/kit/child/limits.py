"""What one child may use. Each limit ends in a sentence, not in a dead grader."""

from __future__ import annotations

import contextlib
import math
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from graders.kit.shared.progress import IdleTime

PROCESSOR = 3
"""Seconds of the child's own processor time. Load does not count against it, a busy loop does."""

STEP = 12_000_000
"""Iterations of an empty loop that one step of the event loop may compute, some 0.2 s: the slowest
first request that FastAPI handles takes a fifth of it."""

STALLED = 15.0
"""Seconds in which nothing of a child runs, nor queues for a processor, until it tells where it
hangs: in a lock that nobody releases, say."""

LOOK = 5.0
"""Real seconds between two looks at whether a child still gets on. Each look wakes it, which a long
sleep would be broken into, so there are few."""

MEMORY = 3 * 1024**3
"""Bytes of address space. Threads and preloaded libraries reserve far more than they use."""

FILE = 64 * 1024**2
"""Bytes of one file that the submission may write."""


Ended = Callable[[FrameType | None], None]


def impose(on_exhausted: Ended, on_stalled: Ended) -> None:
    """Limits this process; with the running frame, `on_exhausted` is called when processor time
    runs out, `on_stalled` when all of it has slept for too long.

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
        idle = IdleTime(os.getpid(), LOOK)

        def look(_: int, frame: FrameType | None) -> None:
            if idle.look() >= STALLED:
                on_stalled(frame)

        signal.signal(signal.SIGXCPU, lambda _number, frame: on_exhausted(frame))
        signal.signal(signal.SIGALRM, look)
        signal.setitimer(signal.ITIMER_REAL, LOOK, LOOK)
