"""What a scenario may ask for by the name of a parameter, beside `kata` and its drawn inputs.

A new one is a new entry of `ARGUMENTS`, and nothing else. The judge reads the names as well: it
says what is wrong with a scenario that asks for others (`misfit`), and draws the seed of `shuffle`.
"""

from __future__ import annotations

import difflib
import importlib
import inspect
from collections.abc import Awaitable, Callable, Iterable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
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
    inputs: Mapping[str, Any] = field(default_factory=dict)
    """What was drawn for it: with `SEED`, if it shuffles."""


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
    on_return: bool = False
    """Does it report when the scenario returns? Else it does when the scenario's loop is closed:
    later, when threads have ended, and after all tasks that were left have been cancelled."""


def _report_calls(calls: Any, record: Record) -> None:
    record.all_calls = list(calls.records)


def _report_upstream(upstream: Any, record: Record) -> None:
    record.extras["upstream"] = {
        "requests": upstream.requests,
        "unexpected": upstream.unexpected,
    }


def _report_logs(logs: Any, record: Record) -> None:
    record.extras["logs"] = logs.records


def _report_resources(resources: Any, record: Record) -> None:
    record.extras["resources"] = [replace(use) for use in resources.records]


SEED = "shuffle"
"""The argument whose seed is drawn like an input, and stands in the record as one of this name."""

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
    "logs": Argument(
        "graders.kit.instruments.logs",
        lambda module, scene: module.Logs(scene.now),
        report=_report_logs,
    ),
    "resources": Argument(
        "graders.kit.instruments.resources",
        lambda module, scene: module.Resources(scene.now),
        report=_report_resources,
        on_return=True,  # What is never closed would be "cancelled".
    ),
    "gate": Argument("graders.kit.instruments.gate", lambda module, _: module.Gate()),
    SEED: Argument(
        "graders.kit.instruments.shuffle", lambda module, scene: module.Shuffle(scene.inputs[SEED])
    ),
    "ending": Argument(DRIVING, lambda module, scene: module.Endings(scene.now)),
    "ticking": Argument(DRIVING, lambda module, scene: module.Ticking(scene.now)),
    "visit": Argument("graders.kit.instruments.http.visitors", lambda module, _: module.visit),
    "visitors": Argument(DRIVING, lambda module, _: module.visitors),
    "database": Argument(
        "graders.kit.child.database",
        lambda module, scene: module.Database(scene.channel),
        open=lambda database: database.open(),
    ),
}


def misfit(scenario: Callable[..., Any]) -> str | None:
    """What is wrong with the parameters of a scenario, in a sentence; None if nothing is."""
    name, parameters = scenario.__name__, list(inspect.signature(scenario).parameters.values())
    if not parameters or parameters[0].name != "kata":
        return f"{name} is no scenario: its first parameter has to be `kata`"
    for one in parameters[1:]:
        argument, drawn = ARGUMENTS.get(one.name), one.default is not one.empty
        if argument is None and not drawn:
            near = difflib.get_close_matches(one.name, ARGUMENTS, 1)
            return (
                f"{name} asks for `{one.name}`, and there is no such argument"
                f"{f' (did you mean `{near[0]}`?)' if near else ''}: there are "
                f"{', '.join(sorted(ARGUMENTS))}; a drawn input has a default"
            )
        if argument is not None and drawn:
            return f"{name} has an input `{one.name}`, as an argument is called: rename it"
        if argument is not None and argument.open and not inspect.iscoroutinefunction(scenario):
            return f"{name} asks for `{one.name}`, which has to be awaited: make it `async def`"
    return None


def modules(names: Iterable[str]) -> list[str]:
    """The modules behind the names that are arguments: what a fork server imports beforehand."""
    return [ARGUMENTS[name].module for name in names if name in ARGUMENTS]


class Arguments:
    """The arguments of one scenario, each made once."""

    def __init__(self, names: Iterable[str], scene: Scene, stack: ExitStack) -> None:
        """Makes those of `names` that are arguments; the context managers enter `stack`."""
        self._made: dict[str, Any] = {}
        self._reported: set[str] = set()
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

    def returned(self, record: Record) -> None:
        """Called when the scenario has returned: writes what `on_return` asks for."""
        self._report(record, [name for name in self._made if ARGUMENTS[name].on_return])

    def report(self, record: Record) -> None:
        """Writes into the record what they saw, however the scenario ended."""
        self._report(record, self._made)

    def _report(self, record: Record, names: Iterable[str]) -> None:
        for name in names:
            report = ARGUMENTS[name].report
            if report is not None and name not in self._reported:
                self._reported.add(name)
                report(self._made[name], record)
