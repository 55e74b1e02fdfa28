"""Tracks coroutines that were never awaited and exceptions that nobody retrieved."""

from __future__ import annotations

import asyncio
import inspect
import sys
import threading
from collections.abc import Callable
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.ledger.tasks import lost_exception, task_name
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.instruments.tracking import Entries, leak
from graders.kit.shared.record import Line

DEPTH = 4
"""How many frames of its origin every coroutine remembers."""


def track_coroutines(entries: Entries, patches: Patches) -> None:
    """Coroutines that were made on a watched line and dropped."""

    def make(original: Any) -> Any:
        def warn(coroutine: Any) -> None:
            watched = (at for at in coroutine.cr_origin or () if entries.source.owns(at[0]))
            if (origin := next(watched, None)) is not None:
                line = entries.source.line(*origin)
                entries.lose(leak("coroutine", coroutine.__qualname__, line, "was never awaited"))
            original(coroutine)

        return wrap(original, warn, binds=False)

    # The interpreter calls this for each coroutine; a warning is shown only once for a line.
    patches.replace(*private.WARN_UNAWAITED.place, make)
    depth = sys.get_coroutine_origin_tracking_depth()
    sys.set_coroutine_origin_tracking_depth(max(depth, DEPTH))
    patches.on_undo(lambda: sys.set_coroutine_origin_tracking_depth(depth))


def track_exceptions(entries: Entries, patches: Patches) -> None:
    """Exceptions that reach only a loop's exception handler or an excepthook."""

    def make(original: Any) -> Any:
        def call_exception_handler(loop: Any, context: dict[str, Any]) -> None:
            # Where the watched code has a handler of its own, nothing is lost.
            handler = getattr(loop.get_exception_handler(), "__code__", None)
            if handler is None or not entries.source.owns(handler.co_filename):
                _note(entries, context)
            original(loop, context)

        return wrap(original, call_exception_handler, binds=True)

    patches.replace(asyncio.BaseEventLoop, "call_exception_handler", make)
    patches.replace(threading, "excepthook", _hook(entries, "threading.Thread"))
    patches.replace(sys, "unraisablehook", _hook(entries, "__del__"))


def _note(entries: Entries, context: dict[str, Any]) -> None:
    thing = context.get("task") or context.get("future")
    entry = entries.about(thing) if thing is not None else None
    line = entry.line if entry else None
    call = entry.call if entry else "callback"
    error = context.get("exception")
    if error is not None:
        finding = lost_exception(entries, call, error, line or _callback(entries, context))
        if finding.file is not None:
            entries.lose(finding)
    elif line is not None and isinstance(thing, asyncio.Task):
        entries.lose(leak("task", call, line, f"{task_name(thing)} was lost before it was done"))


def _callback(entries: Entries, context: dict[str, Any]) -> Line | None:
    callback = inspect.unwrap(
        getattr(context.get("handle"), private.HANDLE_CALLBACK.name, None) or _callback
    )
    code = getattr(callback, "__code__", None)
    if code is None or not entries.source.owns(code.co_filename):
        return None
    return entries.source.defined(code)


def _hook(entries: Entries, call: str) -> Callable[[Any], Any]:
    def make(original: Any) -> Any:
        def hook(args: Any) -> None:
            line = entries.source.traceback(args.exc_traceback)
            if line is not None:
                entries.lose(lost_exception(entries, call, args.exc_value, line))
            original(args)

        return hook

    return make
