"""What one child may use. Each limit ends in a sentence, not in a dead grader."""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable
from types import FrameType

PROCESSOR = 3.0
"""Seconds of the child's own processor time. Load does not count against it, a busy loop does."""

MEMORY = 3 * 1024**3
"""Bytes of address space. Threads and preloaded libraries reserve far more than they use."""

FILE = 64 * 1024**2
"""Bytes of one file that the submission may write."""


def impose(on_exhausted: Callable[[FrameType | None], None]) -> None:
    """Limits this process; `on_exhausted(frame)` is called when processor time runs out.

    Where the platform has no such limit (Windows), the judge's deadline is the
    only one.
    """
    with contextlib.suppress(ImportError):
        import resource

        processor = int(PROCESSOR)
        for limit, soft, hard in (
            (resource.RLIMIT_AS, MEMORY, MEMORY),
            (resource.RLIMIT_FSIZE, FILE, FILE),
            (resource.RLIMIT_CORE, 0, 0),
            # The backstop for code that never comes back to the interpreter.
            (resource.RLIMIT_CPU, processor + 1, processor + 2),
        ):
            with contextlib.suppress(ValueError, OSError):
                resource.setrlimit(limit, (soft, hard))
    if hasattr(signal, "SIGPROF"):
        signal.signal(signal.SIGPROF, lambda _number, frame: on_exhausted(frame))
        signal.setitimer(signal.ITIMER_PROF, PROCESSOR)
