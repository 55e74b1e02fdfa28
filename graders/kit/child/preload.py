"""What the fork server does once, so that its children need not: imports, TLS, a rehearsal, and
measuring how fast the machine counts."""

from __future__ import annotations

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
from graders.kit.child.rehearsal import rehearse
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
    """Imports the modules, and what the graders' scenarios ask for; rehearses; and patches what
    instruments patch."""
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
    calibration.seconds_per_iteration()
    prepare()
    gc.collect()
    gc.freeze()  # or the rehearsal's scenarios, which collect garbage too, would look at it all
    rehearse()
    # Last: whatever is imported after it is patched as it comes, which costs more.
    prepared = Prepared(Instruments(), loaded)
    prepared.instruments.install()
    gc.collect()
    # What lives now lives in every child: its collector need not look at it, nor copy its pages.
    gc.freeze()
    return prepared


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
