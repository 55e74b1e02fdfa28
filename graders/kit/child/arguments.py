"""What a scenario may ask for by parameter name, beside `kata` and its drawn inputs."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from contextlib import ExitStack
from typing import Any

from graders.kit.child.channel import Channel

Now = Callable[[], float]

MODULES = {
    "calls": "graders.kit.instruments.calls",
    "upstream": "graders.kit.instruments.http.upstream",
    "asgi": "graders.kit.instruments.http.asgi",
    "server": "graders.kit.instruments.http.server",
    "database": "graders.kit.child.database",
}
"""Imported when a scenario asks for them: a coroutine kata does not pay for respx."""


PROPS = ("clock", *MODULES)


class Props:
    """The instruments of one scenario, made when they are asked for."""

    def __init__(self, now: Now, channel: Channel, clock: Any, stack: ExitStack) -> None:
        self._now = now
        self._channel = channel
        self._clock = clock
        self._stack = stack
        self._made: dict[str, Any] = {}

    def get(self, name: str) -> Any:
        if name == "clock":
            return self._clock
        if name not in self._made:
            module = importlib.import_module(MODULES[name])
            kind = getattr(module, name.capitalize())
            prop = kind(self._channel) if name == "database" else kind(self._now)
            if hasattr(prop, "__enter__"):
                self._stack.enter_context(prop)
            self._made[name] = prop
        return self._made[name]

    def calls(self) -> list[Any]:
        return list(self._made["calls"].records) if "calls" in self._made else []

    def extras(self) -> dict[str, Any]:
        """What the props saw, by name, as data for the record."""
        if "upstream" not in self._made:
            return {}
        upstream = self._made["upstream"]
        return {"upstream": {"requests": upstream.requests, "unexpected": upstream.unexpected}}
