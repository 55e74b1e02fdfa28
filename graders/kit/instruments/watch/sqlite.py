"""SQLite's connections and cursors, made to tell of their work."""

from __future__ import annotations

import sqlite3
import sys
from functools import partial
from typing import Any

from graders.kit.instruments.replacements import stand_in
from graders.kit.instruments.watch import grey
from graders.kit.instruments.watch.blocking_calls import BlockingCall
from graders.kit.instruments.watch.interception import Interception
from graders.kit.instruments.watch.waits import always

FETCHING = frozenset(["fetchone", "fetchmany", "fetchall", "__next__"])
"""What has been found already is handed over in no time; a query that is still at work is not."""


def sqlite_call(name: str, *, in_memory: bool) -> BlockingCall:
    """Without a disk nobody is waited for: what takes long there is the work itself."""
    small = name.rpartition(".")[2] in FETCHING or (in_memory and "backup" not in name)
    weight = grey.entries if small else None
    return BlockingCall("database", "sqlite3", name, f"sqlite3.{name}", weight=weight)


def watched_connection(interception: Interception, *, in_memory: bool) -> type[sqlite3.Connection]:
    """Subclasses of SQLite's connection and cursor whose work is noted."""

    def watched(base: Any, name: str) -> Any:
        original = getattr(base, name)
        call = sqlite_call(f"{base.__name__}.{name}", in_memory=in_memory)

        def method(self: Any, *args: Any, **kwargs: Any) -> Any:
            run = partial(original, self, *args, **kwargs)
            return interception.during(call, run, always, sys._getframe(1), *args)

        return stand_in(original, method, binds=True)

    def methods(base: Any, names: str) -> dict[str, Any]:
        return {name: watched(base, name) for name in names.split()}

    fetching = f"execute executemany executescript {' '.join(FETCHING)}"
    cursor_type: Any = type("Cursor", (sqlite3.Cursor,), methods(sqlite3.Cursor, fetching))

    def cursor(self: Any, factory: Any = cursor_type) -> Any:
        return sqlite3.Connection.cursor(self, factory)

    def shortcut(name: str) -> Any:
        # As documented: makes a cursor, and calls its method. In C it would be a plain cursor.
        def execute(self: Any, *args: Any, **kwargs: Any) -> Any:
            return getattr(self.cursor(), name)(*args, **kwargs)

        return stand_in(getattr(sqlite3.Connection, name), execute, binds=True)

    executing = {name: shortcut(name) for name in ("execute", "executemany", "executescript")}
    plain = type("Connection", (sqlite3.Connection,), {**executing, "cursor": cursor})
    names = f"{' '.join(executing)} commit rollback backup __exit__"
    return type("Connection", (plain,), methods(plain, names))
