"""The frames of other threads, asked for in one breath.

Before Python 3.12 `sys._current_frames` may collect garbage while it holds the lock of all
threads: a destructor, or a callback of `gc`, lets another thread have the interpreter, and if
that one starts a thread, both wait for ever (python/cpython#106883).
"""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterable
from itertools import chain
from operator import call
from types import FrameType
from typing import Any

COLLECTS_AT_ONCE = sys.version_info < (3, 12)


def in_one_breath(*parts: Iterable[Any]) -> list[Any]:
    """What iterators in C give, one after the other: no other thread runs meanwhile."""
    if not (COLLECTS_AT_ONCE and gc.isenabled()):
        return list(chain(*parts))
    try:
        return list(chain(map(call, [gc.disable]), *parts, map(call, [gc.enable])))[1:-1]
    except BaseException:
        gc.enable()
        raise


def current_frames() -> dict[int, FrameType]:
    """The innermost frame of each thread."""
    frames: dict[int, FrameType] = in_one_breath(map(call, [sys._current_frames]))[0]
    return frames
