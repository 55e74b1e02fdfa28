"""The books of a ledger for clients and connections: httpx and asyncpg."""

from __future__ import annotations

import functools
import sys
from collections.abc import Awaitable, Callable
from types import ModuleType
from typing import Any

from graders.kit.instruments.ledger.books import after
from graders.kit.instruments.ledger.entries import OWNERS, Entries, Kind, Started, leak
from graders.kit.instruments.replacements import Make, Replacements, stand_in
from graders.kit.shared.record import Finding, Line

CALLERS = OWNERS - {"asyncpg"}


def closing(entries: Entries) -> Make:
    """A replacement of a method, coroutine or not, after which its object is closed."""

    def make(original: Any) -> Any:
        @functools.wraps(original)
        def close(thing: Any, *args: Any, **kwargs: Any) -> Any:
            result = original(thing, *args, **kwargs)
            if hasattr(result, "__await__"):
                return _closed(thing, result)
            # A destructor that cleans up is what happens to the forgotten.
            if sys._getframe(1).f_code.co_name != "__del__":
                entries.close(thing)
            return result

        return close

    async def _closed(thing: Any, result: Awaitable[Any]) -> Any:
        try:
            return await result
        finally:
            entries.close(thing)

    return make


def enter_clients(entries: Entries, replacements: Replacements) -> None:
    """httpx clients, their subclasses too."""

    def tell(_: Any, call: str, line: Line) -> Finding:
        return leak("client", call, line, "is not closed")

    kind = Kind("client", lambda client: client.is_closed, tell, must_close=True)

    def made(call: str) -> Callable[[Any], None]:
        return lambda client: entries.add(kind, client, entries.started(call))

    for name, ends in (("AsyncClient", "aclose __aexit__"), ("Client", "close __exit__")):
        replacements.replace_path("httpx", f"{name}.__init__", after(made(f"httpx.{name}")))
        for end in ends.split():
            replacements.replace_path("httpx", f"{name}.{end}", closing(entries))


def enter_connections(entries: Entries, replacements: Replacements) -> None:
    """asyncpg's connections and pools, and connections acquired from a pool."""
    replacements.when_imported(
        "asyncpg", lambda module: _enter_asyncpg(module, entries, replacements)
    )


def _enter_asyncpg(asyncpg: ModuleType, entries: Entries, replacements: Replacements) -> None:
    def connected(original: Any) -> Any:
        def connect(*args: Any, **kwargs: Any) -> Any:
            # Where it is called, not where it is awaited: that may be another task.
            started = entries.started("asyncpg.connect")
            return _enter(original, args, kwargs, started)

        return stand_in(original, connect, binds=False)

    async def _enter(original: Any, args: Any, kwargs: Any, started: Started | None) -> Any:
        connection = await original(*args, **kwargs)
        entries.add(_CONNECTION, connection, started)
        return connection

    def pooled(original: Any) -> Any:
        def create_pool(*args: Any, **kwargs: Any) -> Any:
            started = entries.started("asyncpg.create_pool")
            pool = _weakly(asyncpg, original, args, kwargs)
            entries.add(_POOL, pool, started)
            return pool

        return stand_in(original, create_pool, binds=False)

    def acquired(original: Any) -> Any:
        async def _acquire(pool: Any, *args: Any) -> Any:
            started = entries.started("asyncpg.Pool.acquire", CALLERS)
            connection = await original(pool, *args)
            entries.add(_ACQUIRED, connection._holder._in_use, started)
            return connection

        return stand_in(original, _acquire, binds=True)

    replacements.replace(asyncpg, "connect", connected)
    replacements.replace(asyncpg, "create_pool", pooled)
    replacements.replace(asyncpg.Pool, "_acquire", acquired)
    for owner in (asyncpg.Connection, asyncpg.Pool):
        for end in ("close", "terminate"):
            replacements.replace(owner, end, closing(entries))


def _weakly(asyncpg: ModuleType, create_pool: Any, args: Any, kwargs: Any) -> Any:
    """A pool that weak references can be taken of: asyncpg's own class leaves no room for them."""
    own = asyncpg.pool.Pool
    asyncpg.pool.Pool = type(
        "Pool", (own,), {"__slots__": ("__weakref__",), "__module__": own.__module__}
    )
    try:
        return create_pool(*args, **kwargs)
    finally:
        asyncpg.pool.Pool = own


def _connection(detail: str) -> Callable[[Any, str, Line], Finding]:
    return lambda _, call, line: leak("connection", call, line, detail)


_CONNECTION = Kind(
    "connection",
    lambda connection: connection.is_closed(),
    _connection("is not closed"),
    must_close=True,
)
_POOL = Kind(
    "connection",
    lambda pool: pool._closed or not pool._initialized,
    _connection("the pool is not closed"),
    must_close=True,
)
_ACQUIRED = Kind(
    "connection", lambda in_use: in_use.done(), _connection("not given back to the pool")
)
