"""psycopg2: connections and cursors whose calls are intercepted.

A query may take half a millisecond, so that twenty of them are no sleep that the watchdog would
report; but the loop waits for another machine in each.
"""

from __future__ import annotations

import importlib
from functools import cache
from operator import methodcaller
from typing import Any

from graders.kit.instruments.blocking.calls.interception import Interception
from graders.kit.instruments.blocking.calls.predicates import always
from graders.kit.instruments.blocking.calls.table import BlockingCall
from graders.kit.instruments.patching import wrap

ENDING = ("commit", "rollback")
"""Calls of a connection that wait for the server, if there is a transaction."""


def intercepted_connect(interception: Interception, connect: Any) -> Any:
    """A replacement of `psycopg2.connect` whose connections are intercepted.

    Their types are in C, and cannot be patched: what it makes are subclasses of them, or of the
    classes that the program asks for.
    """

    @cache
    def subclass(base: Any, *names: str) -> Any:
        def method(name: str) -> Any:
            shown = f"psycopg2.{base.__name__}.{name}"
            call = BlockingCall("database", "psycopg2", name, shown)
            # Outside of a transaction the server is not asked for anything.
            waits = methodcaller("get_transaction_status") if name in ENDING else always
            return interception.method(base, name, call, waits)

        methods = {name: method(name) for name in names}
        return type(base.__name__, (base,), {"__module__": base.__module__, **methods})

    def connection_type(base: Any, default: Any) -> Any:
        def cursor(
            self: Any, name: Any = None, factory: Any = None, *args: Any, **kwargs: Any
        ) -> Any:
            asked = kwargs.pop("cursor_factory", None) or factory
            factory = asked or self.cursor_factory or default
            if isinstance(factory, type):
                factory = subclass(factory, "execute", "executemany", "callproc")
            return base.cursor(self, name, factory, *args, **kwargs)

        return type(base.__name__, (subclass(base, *ENDING),), {"cursor": cursor})

    def connected(dsn: Any = None, factory: Any = None, *args: Any, **kwargs: Any) -> Any:
        extensions: Any = importlib.import_module("psycopg2.extensions")
        factory = kwargs.pop("connection_factory", None) or factory or extensions.connection
        if isinstance(factory, type) and not (kwargs.get("async") or kwargs.get("async_")):
            factory = connection_type(factory, extensions.cursor)
        return connect(dsn, factory, *args, **kwargs)

    return wrap(connect, connected, binds=False)
