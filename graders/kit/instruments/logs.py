"""What is logged, with the task that logged it and the virtual time at which it did.

    with Logs(lambda: clock.elapsed) as logs:
        ...
    [(one.at, one.task, one.message) for one in logs.of("shop")]

Records are taken where a logger hands them to its handlers: after its level and filters, and
independent of which handlers there are, so that no logging configuration can switch it off.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from typing import Any, Self

from graders.kit.instruments.patching import Patches, wrap
from graders.kit.shared.record import moment
from graders.kit.shared.values import Logged
from graders.kit.shared.views import LogsView

ORDINARY = {*vars(logging.makeLogRecord({})), "message", "asctime", "taskName"}
"""Attributes of every log record. All others came by `extra=` or a filter."""


class Logs:
    """A context manager that keeps what is logged at `level` or above.

    `now` gives seconds since the scenario began. While it is entered, the root logger's
    level is `level`; loggers that have a level of their own keep it.
    """

    def __init__(self, now: Callable[[], float], level: int = logging.INFO) -> None:
        self._now = now
        self._level = level
        self._patches = Patches()
        self.records: list[Logged] = []
        """Everything that was logged, in order."""

    def of(self, logger: str) -> list[Logged]:
        """What this logger and those below it have logged."""
        return LogsView(self.records).of(logger)

    def __enter__(self) -> Self:
        root = logging.getLogger()
        before = root.level
        with self._patches.undone_on_error():
            self._patches.replace(logging.Logger, "callHandlers", self._kept)
            root.setLevel(self._level)
            self._patches.on_undo(lambda: root.setLevel(before))
        return self

    def __exit__(self, *_: object) -> None:
        self._patches.undo()

    def _kept(self, call_handlers: Any) -> Any:
        def callHandlers(logger: Any, record: logging.LogRecord) -> None:
            if record.levelno >= self._level:
                self.records.append(self._logged(record))
            call_handlers(logger, record)

        return wrap(call_handlers, callHandlers, binds=True)

    def _logged(self, record: logging.LogRecord) -> Logged:
        try:
            message = record.getMessage()
        except Exception:  # the arguments do not fit, or can't be printed
            message = str(record.msg)
        return Logged(
            moment(self._now()),
            record.name,
            record.levelname,
            message,
            _task(),
            record.funcName or "",
            record.exc_info[1] if record.exc_info else None,
            {name: value for name, value in vars(record).items() if name not in ORDINARY},
        )


def _task() -> str:
    try:
        task = asyncio.current_task()
    except RuntimeError:
        return ""
    return task.get_name() if task else ""
