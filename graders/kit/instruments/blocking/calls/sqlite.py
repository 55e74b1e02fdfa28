"""SQLite: connections and cursors whose calls are intercepted."""

from __future__ import annotations

import sqlite3
from operator import attrgetter
from typing import Any

from graders.kit.instruments.blocking.calls import cost
from graders.kit.instruments.blocking.calls.interception import Interception
from graders.kit.instruments.blocking.calls.predicates import always
from graders.kit.instruments.blocking.calls.table import BlockingCall, MinorCall
from graders.kit.instruments.patching import wrap

FETCHING = frozenset(["fetchone", "fetchmany", "fetchall", "__next__"])
"""Rows that have been found already take no time, but a query that is still at work does: so these
calls are minor until they return many rows, sleep, or burn much."""

MINOR = FETCHING | {"connect", "rollback"}
"""Connecting opens the file when the first statement runs, and to roll back waits for nobody."""

ENDING = frozenset(["commit", "rollback", "__exit__"])
"""Calls that have nothing to do outside a transaction."""


def sqlite_call(name: str, *, in_memory: bool) -> BlockingCall:
    """The entry for a call of `sqlite3`.

    Without a disk nothing is waited for: what takes long in memory is the work itself.
    """
    names = ("database", "sqlite3", name, f"sqlite3.{name}")
    if name.rpartition(".")[2] in MINOR or (in_memory and "backup" not in name):
        return MinorCall(*names, cost=cost.entries)
    return BlockingCall(*names)


def connection_type(interception: Interception, *, in_memory: bool) -> type[sqlite3.Connection]:
    """A subclass of SQLite's connection whose calls, and those of its cursors, are intercepted."""

    def wrapped(base: Any, name: str) -> Any:
        call = sqlite_call(f"{base.__name__}.{name}", in_memory=in_memory)
        waits = attrgetter("in_transaction") if name in ENDING else always
        return interception.method(base, name, call, waits)

    def methods(base: Any, names: str) -> dict[str, Any]:
        return {name: wrapped(base, name) for name in names.split()}

    fetching = f"execute executemany executescript {' '.join(FETCHING)}"
    cursor_type: Any = type("Cursor", (sqlite3.Cursor,), methods(sqlite3.Cursor, fetching))

    def cursor(self: Any, factory: Any = cursor_type) -> Any:
        return sqlite3.Connection.cursor(self, factory)

    def shortcut(name: str) -> Any:
        # As documented: it makes a cursor and calls its method. The original, in C, would make a
        # plain cursor.
        def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
            return getattr(self.cursor(), name)(*args, **kwargs)

        return wrap(getattr(sqlite3.Connection, name), execute, binds=True)

    executing = {name: shortcut(name) for name in ("execute", "executemany", "executescript")}
    plain = type("Connection", (sqlite3.Connection,), {**executing, "cursor": cursor})
    names = f"{' '.join(executing)} commit rollback backup __exit__"
    return type("Connection", (plain,), methods(plain, names))
