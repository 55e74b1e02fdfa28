"""What a scenario may ask for by the name of a parameter, beside `kata` and its drawn inputs.

A new one is a new entry of `ARGUMENTS`, and nothing else.
"""

from __future__ import annotations

import importlib
from collections.abc import Awaitable, Callable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from graders.kit.child.channel import Channel
from graders.kit.shared.record import Record


@dataclass(frozen=True)
class Scene:
    """Where a scenario takes place: what its arguments are made from."""

    now: Callable[[], float]
    """Seconds on the scenario's clock."""
    clock: Any
    channel: Channel


@dataclass(frozen=True)
class Argument:
    """How one argument is made. A context manager is entered before the scenario, and left after.

    `module` is imported when a scenario asks for it: a coroutine kata does not pay for respx.
    """

    module: str
    make: Callable[[ModuleType, Scene], Any]
    open: Callable[[Any], Awaitable[None]] | None = None
    """Awaited on the scenario's loop, before the scenario."""
    report: Callable[[Any, Record], None] | None = None
    """Writes into the record what it saw."""


def _report_calls(calls: Any, record: Record) -> None:
    record.all_calls = list(calls.records)


def _report_upstream(upstream: Any, record: Record) -> None:
    record.extras["upstream"] = {
        "requests": upstream.requests,
        "unexpected": upstream.unexpected,
    }


DRIVING = "graders.kit.child.driving"

ARGUMENTS = {
    "clock": Argument("graders.kit.instruments.clock", lambda _, scene: scene.clock),
    "calls": Argument(
        "graders.kit.instruments.calls",
        lambda module, scene: module.Calls(scene.now),
        report=_report_calls,
    ),
    "upstream": Argument(
        "graders.kit.instruments.http.upstream",
        lambda module, scene: module.Upstream(scene.now),
        report=_report_upstream,
    ),
    "asgi": Argument(
        "graders.kit.instruments.http.asgi", lambda module, scene: module.Asgi(scene.now)
    ),
    "server": Argument(
        "graders.kit.instruments.http.server", lambda module, scene: module.Server(scene.now)
    ),
    "ending": Argument(DRIVING, lambda module, scene: module.Endings(scene.now)),
    "ticking": Argument(DRIVING, lambda module, scene: module.Ticking(scene.now)),
    "visitors": Argument(DRIVING, lambda module, _: module.visitors),
    "database": Argument(
        "graders.kit.child.database",
        lambda module, scene: module.Database(scene.channel),
        open=lambda database: database.open(),
    ),
}


def modules(names: Iterable[str]) -> list[str]:
    """The modules behind the names that are arguments: what a fork server imports beforehand."""
    return [ARGUMENTS[name].module for name in names if name in ARGUMENTS]


class Arguments:
    """The arguments of one scenario, each made once."""

    def __init__(self, names: Iterable[str], scene: Scene, stack: ExitStack) -> None:
        """Makes those of `names` that are arguments; the context managers enter `stack`."""
        self._made: dict[str, Any] = {}
        for name in names:
            if (argument := ARGUMENTS.get(name)) is not None:
                made = argument.make(importlib.import_module(argument.module), scene)
                if hasattr(made, "__enter__") and made is not scene.clock:
                    stack.enter_context(made)
                self._made[name] = made

    @property
    def by_name(self) -> dict[str, Any]:
        """What the scenario is called with."""
        return self._made

    async def open(self) -> None:
        """Called on the scenario's loop, before the scenario starts."""
        for name, made in self._made.items():
            if (open_ := ARGUMENTS[name].open) is not None:
                await open_(made)

    def report(self, record: Record) -> None:
        """Writes into the record what they saw, however the scenario ended."""
        for name, made in self._made.items():
            if (report := ARGUMENTS[name].report) is not None:
                report(made, record)
