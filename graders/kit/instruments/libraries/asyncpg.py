"""asyncpg: what holds the virtual clock, and which connections and pools the ledger tracks."""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextlib import AbstractContextManager
from types import ModuleType
from typing import Any

from graders.kit.instruments import private
from graders.kit.instruments.patching import Patches, wrap
from graders.kit.instruments.tracking import OWNERS, Entries, Kind, Started, closing, leak
from graders.kit.shared.record import Finding, Line

CALLERS = OWNERS - {"asyncpg"}

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
    private.ASYNCPG_WAIT_FOR_CANCELLATION.name,
)
"""The coroutine methods of `asyncpg.protocol.Protocol` that talk to the server."""

External = Callable[[], AbstractContextManager[None]]


# --- the clock: it does not move while asyncpg waits for the server ----------------------
#
# Operations are counted, not sockets: a connection that is idle in its pool keeps nothing.


def hold_queries(patches: Patches, external: External) -> None:
    """Every operation of asyncpg runs inside `external()`, from now or from its import on."""

    def protocol(module: ModuleType) -> None:
        held = {name: _held(getattr(module.Protocol, name), external) for name in OPERATIONS}
        body = {**held, "__module__": module.__name__}
        patches.set(module, "Protocol", type("Protocol", (module.Protocol,), body))

    def connecting(module: ModuleType) -> None:
        for name in (private.ASYNCPG_CONNECT.name, private.ASYNCPG_CANCEL.name):
            patches.set(module, name, _held(getattr(module, name), external))

    patches.when_imported("asyncpg.protocol", protocol)
    patches.when_imported("asyncpg.connect_utils", connecting)


def _held(operation: Callable[..., Any], external: External) -> Callable[..., Any]:
    @functools.wraps(operation)
    async def run(*args: Any, **kwargs: Any) -> Any:
        with external():
            return await operation(*args, **kwargs)

    return run


def counts_operations(protocol: object) -> bool:
    """Is this the protocol of a connection whose operations `hold_queries` counts?"""
    return type(protocol).__module__.startswith("asyncpg.")


# --- the ledger ----------------------------------------------------------------------------


def track_connections(entries: Entries, patches: Patches) -> None:
    """asyncpg's connections and pools, and connections acquired from a pool."""
    patches.when_imported("asyncpg", lambda module: _track_asyncpg(module, entries, patches))


def _track_asyncpg(asyncpg: ModuleType, entries: Entries, patches: Patches) -> None:
    def connected(original: Any) -> Any:
        def connect(*args: Any, **kwargs: Any) -> Any:
            # Where it is called, not where it is awaited: that may be another task.
            started = entries.started("asyncpg.connect")
            return _connect(original, args, kwargs, started)

        return wrap(original, connect, binds=False)

    async def _connect(original: Any, args: Any, kwargs: Any, started: Started | None) -> Any:
        connection = await original(*args, **kwargs)
        entries.add(_CONNECTION, connection, started)
        return connection

    def pooled(original: Any) -> Any:
        def create_pool(*args: Any, **kwargs: Any) -> Any:
            started = entries.started("asyncpg.create_pool")
            pool = _weakly(asyncpg, original, args, kwargs)
            entries.add(_POOL, pool, started)
            return pool

        return wrap(original, create_pool, binds=False)

    def acquired(original: Any) -> Any:
        async def _acquire(pool: Any, *args: Any) -> Any:
            started = entries.started("asyncpg.Pool.acquire", CALLERS)
            connection = await original(pool, *args)
            entries.add(
                _ACQUIRED, private.ASYNCPG_IN_USE.of(private.ASYNCPG_HOLDER.of(connection)), started
            )
            return connection

        return wrap(original, _acquire, binds=True)

    patches.replace(asyncpg, "connect", connected)
    patches.replace(asyncpg, "create_pool", pooled)
    patches.replace(asyncpg.Pool, private.ASYNCPG_ACQUIRE.name, acquired)
    for owner in (asyncpg.Connection, asyncpg.Pool):
        for end in ("close", "terminate"):
            patches.replace(owner, end, closing(entries))


def _weakly(asyncpg: ModuleType, create_pool: Any, args: Any, kwargs: Any) -> Any:
    """A pool to which weak references can be made: asyncpg's own class has no slot for them."""
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
    lambda pool: private.ASYNCPG_CLOSED.of(pool) or not private.ASYNCPG_INITIALIZED.of(pool),
    _connection("the pool is not closed"),
    must_close=True,
)
_ACQUIRED = Kind(
    "connection", lambda in_use: in_use.done(), _connection("not given back to the pool")
)
