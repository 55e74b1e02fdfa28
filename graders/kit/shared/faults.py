"""What goes wrong on the judge's side. It is never a learner's zero: what it hits is not graded."""

from __future__ import annotations

import os


class JudgeFault(Exception):
    """The judge, a fork server, PostgreSQL, the kit or the machine did not do its part.

    The text is one sentence for a person: what went wrong, and what to do about it if anything
    can be done.
    """


def fault(doing: str, error: BaseException) -> JudgeFault:
    """An unexpected exception of ours as a fault; `doing` says what was being done.

    >>> str(fault("starting a child", OSError(24, "Too many open files")))
    'starting a child: Too many open files'
    """
    if isinstance(error, JudgeFault):
        return error
    if isinstance(error, OSError) and error.errno is not None:
        named = f" ({error.filename})" if error.filename else ""
        return JudgeFault(f"{doing}: {os.strerror(error.errno)}{named}")
    return JudgeFault(f"{doing}: {type(error).__name__}: {error}")
