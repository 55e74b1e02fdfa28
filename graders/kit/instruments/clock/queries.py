"""PostgreSQL on a virtual clock: the clock stands while asyncpg waits for the server.

Operations are counted, not sockets: a connection idle in its pool keeps nothing.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

from graders.kit.instruments.replacements import Replacements

OPERATIONS = (
    "prepare",
    "bind_execute",
    "bind_execute_many",
    "bind",
    "execute",
    "close_portal",
    "query",
    "copy_out",
    "copy_in",
    "close_statement",
    "close",
    "_wait_for_cancellation",
)
"""The coroutine methods of `asyncpg.protocol.Protocol` that talk to the server."""

External = Callable[[], AbstractContextManager[None]]


def hold_queries(replacements: Replacements, external: External) -> None:
    """Every operation of asyncpg runs inside `external()`, from now or from its import on."""

    def protocol(module: ModuleType) -> None:
        held = {name: _held(getattr(module.Protocol, name), external) for name in OPERATIONS}
        body = {**held, "__module__": module.__name__}
        replacements.set(module, "Protocol", type("Protocol", (module.Protocol,), body))

    def connecting(module: ModuleType) -> None:
        for name in ("_connect", "_cancel"):
            replacements.set(module, name, _held(getattr(module, name), external))

    replacements.when_imported("asyncpg.protocol", protocol)
    replacements.when_imported("asyncpg.connect_utils", connecting)


def _held(operation: Callable[..., Any], external: External) -> Callable[..., Any]:
    @functools.wraps(operation)
    async def run(*args: Any, **kwargs: Any) -> Any:
        with external():
            return await operation(*args, **kwargs)

    return run
