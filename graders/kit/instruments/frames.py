"""Stack frames: those of other threads, taken atomically, and which package a frame belongs to.

Before Python 3.12 `sys._current_frames` may collect garbage while it holds the lock of all
threads. A destructor or a callback of `gc` then lets another thread run, and if that one
starts a thread, both wait for each other without end (python/cpython#106883).
"""

from __future__ import annotations

import functools
import gc
import os
import sys
import sysconfig
from collections.abc import Iterable
from itertools import chain
from operator import call
from types import FrameType
from typing import Any

COLLECTS_AT_ONCE = sys.version_info < (3, 12)

HERE = os.path.dirname(__file__) + os.sep
STDLIB = sysconfig.get_path("stdlib") + os.sep


def atomically(*parts: Iterable[Any]) -> list[Any]:
    """What iterators in C yield, one after the other: no other thread runs meanwhile."""
    if not (COLLECTS_AT_ONCE and gc.isenabled()):
        return list(chain(*parts))
    try:
        return list(chain(map(call, [gc.disable]), *parts, map(call, [gc.enable])))[1:-1]
    except BaseException:
        gc.enable()
        raise


def current_frames() -> dict[int, FrameType]:
    """The innermost frame of each thread, by the thread's number."""
    frames: dict[int, FrameType] = atomically(map(call, [sys._current_frames]))[0]
    return frames


def outside_instruments(frame: FrameType | None) -> FrameType | None:
    """The first frame at or above this one that is not an instrument's own."""
    while frame is not None and frame.f_code.co_filename.startswith(HERE):
        frame = frame.f_back
    return frame


@functools.cache
def package_of(filename: str) -> str:
    """The top-level package of a `co_filename`; empty for the program's own files."""
    for mark in ("/site-packages/", "/dist-packages/", STDLIB):
        _, found, rest = filename.replace(os.sep, "/").rpartition(mark.replace(os.sep, "/"))
        if found:
            return rest.split("/")[0].removesuffix(".py")
    if filename.startswith("<frozen "):
        return filename.removeprefix("<frozen ").split(".")[0].rstrip(">")
    return ""
