"""Tracks tasks: from every loop's `create_task`."""

from __future__ import annotations

import asyncio
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.instruments.tracking import Entries, Kind, leak
from graders.kit.shared.record import Finding, Line


def track_tasks(entries: Entries, patches: Patches) -> None:
    """Tasks of every loop. The loop's own task factory stays what it is."""

    def describe(task: asyncio.Task[object], call: str, line: Line) -> Finding:
        if task.done():
            # Asking for `exception()` would count as retrieving it.
            return lost_exception(entries, call, private.TASK_EXCEPTION.of(task), line)
        place = entries.source.task(task)
        doing = f"is waiting at {place}" if place else "is not done"
        return leak("task", call, line, f"{task_name(task)} {doing}")

    kind = Kind("task", _over, describe)

    def make(original: Any) -> Any:
        def create_task(loop: Any, coro: Any, **kwargs: Any) -> Any:
            task = original(loop, coro, **kwargs)
            entries.add(kind, task, entries.started(otherwise="loop.create_task"))
            return task

        return wrap(original, create_task, binds=True)

    patches.replace(asyncio.BaseEventLoop, "create_task", make)


def task_name(task: asyncio.Task[object]) -> str:
    """The name of the coroutine function that a task runs, or else its own name."""
    return str(getattr(task.get_coro(), "__qualname__", None) or task.get_name())


def lost_exception(
    entries: Entries, call: str, error: BaseException | None, line: Line | None
) -> Finding:
    """An exception that nobody retrieved, with the watched line that raised it, or else `line`."""
    where = entries.source.traceback(error.__traceback__ if error else None)
    detail = f"{type(error).__name__}: {error}".removesuffix(": ") if error else ""
    return leak("exception", call, where or line, detail)


def _over(task: Any) -> bool:
    # The flag says that nobody has asked for the task's exception yet.
    return task.done() and not getattr(task, private.TASK_LOG_TRACEBACK.name, False)
