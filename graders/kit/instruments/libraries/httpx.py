"""httpx: which clients the ledger tracks."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from graders.kit.instruments.patching import Patches
from graders.kit.instruments.tracking import Entries, Kind, after, closing, leak
from graders.kit.shared.record import Finding, Line


def track_clients(entries: Entries, patches: Patches) -> None:
    """httpx clients, their subclasses too."""

    def describe(_: Any, call: str, line: Line) -> Finding:
        return leak("client", call, line, "is not closed")

    kind = Kind("client", lambda client: client.is_closed, describe, must_close=True)

    def made(call: str) -> Callable[[Any], None]:
        return lambda client: entries.add(kind, client, entries.started(call))

    for name, ends in (("AsyncClient", "aclose __aexit__"), ("Client", "close __exit__")):
        patches.replace_path("httpx", f"{name}.__init__", after(made(f"httpx.{name}")))
        for end in ends.split():
            patches.replace_path("httpx", f"{name}.{end}", closing(entries))
