"""What the fork server does once, so that its children need not: imports, first uses, TLS, and
measuring how fast the machine counts."""

from __future__ import annotations

import asyncio
import contextlib
import functools
import gc
import importlib
import sys
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from graders.kit.child import arguments, scenarios
from graders.kit.child.instruments import Instruments
from graders.kit.instruments.blocking.cpu import calibration
from graders.kit.shared.codec import prepare
from graders.kit.shared.messages import Boot


@dataclass
class Prepared:
    """What is there before a child is: no child has to make it, or import it, again."""

    instruments: Instruments
    graders: dict[str, ModuleType] = field(default_factory=dict)
    """The graders' scenarios, by path."""


def preload(boot: Boot) -> Prepared:
    """Imports the modules, and what the graders' scenarios ask for; tries out the slow ones; and
    patches what instruments patch."""
    loaded = {}
    for path in boot.graders:
        # A grader that does not run is told by pytest; here it must not take the others along.
        with contextlib.suppress(Exception):
            loaded[path] = scenarios.load(Path(path))
    asked = {name for module in loaded.values() for name in scenarios.parameters(module)}
    for name in [*boot.modules, *arguments.modules(sorted(asked))]:
        # The child will say it, kindly, if it needs what is missing.
        with contextlib.suppress(ImportError):
            importlib.import_module(name)
    if "httpx" in sys.modules:
        _share_tls_context()
    if "fastapi" in sys.modules:
        # Not `asyncio.run`: it would leave word that this thread had its loop, to all children.
        loop = asyncio.new_event_loop()
        loop.run_until_complete(_first_request())
        loop.close()
    calibration.seconds_per_iteration()
    prepare()
    # Last: whatever is imported after it is patched as it comes, which costs more.
    prepared = Prepared(Instruments(), loaded)
    prepared.instruments.install()
    gc.collect()
    # What lives now lives in every child: its collector need not look at it, nor copy its pages.
    gc.freeze()
    return prepared


async def _first_request() -> None:
    """FastAPI imports and builds half of itself at the first route and the first request."""
    from fastapi import FastAPI

    app = FastAPI()

    @app.get("/{number}")
    async def route(number: int) -> dict[str, int]:
        return {"number": number}

    async def receive() -> dict[str, Any]:
        return {"type": "http.request"}

    async def send(message: Any) -> None:
        """Nobody listens."""

    scope = {"type": "http", "method": "GET", "query_string": b"", "headers": []}
    await app({**scope, "path": "/1", "raw_path": b"/1"}, receive, send)


def _share_tls_context() -> None:
    """A client reads all certificates of the world when it is made; no child talks to the world."""
    default: Any = importlib.import_module("httpx._transports.default")
    make = default.create_ssl_context
    usual = make()

    @functools.wraps(make)
    def create_ssl_context(*args: Any, **kwargs: Any) -> Any:
        asked = {**kwargs, **dict(zip(("verify", "cert", "trust_env"), args, strict=False))}
        plain = asked.get("verify", True) is True and asked.get("cert") is None
        return usual if plain else make(*args, **kwargs)

    default.create_ssl_context = create_ssl_context
