"""Starts coverage in each Python of an environment, by a line in its site-packages: see
`tests.bench.coverage`, which writes it. Children get no environment variables, so none can say it.

A process that is forked goes on measuring, and writes a file of its own. Coverage could begin anew
there, but would take locks that the blocking detector has put its own in place of. One that ends
with `os._exit` saves first, as coverage does by itself. The judge kills a child as soon as it has
its record: so a child saves what it has just before it sends that.
"""

from __future__ import annotations

import contextlib
import importlib.util
import os
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import coverage

SETTINGS = Path(__file__).parents[2] / ".cache" / "coverage" / "settings"
CHANNEL = "graders.kit.child.channel"


class ChannelFinder:
    """Has the child's channel save before it sends a record; finds that module, once, and no
    other."""

    def find_spec(self, name: str, *_: Any) -> Any:
        if name != CHANNEL:
            return None
        sys.meta_path.remove(self)  # type: ignore[arg-type]
        spec = importlib.util.find_spec(name)
        loader: Any = spec and spec.loader
        execute = loader.exec_module

        def exec_module(module: ModuleType) -> None:
            execute(module)
            save_before_records(module)

        loader.exec_module = exec_module
        return spec


def save_before_records(channel: Any) -> None:
    send = channel.Channel.send

    def saving(self: Any, message: Any) -> None:
        if type(message).__name__ == "Finished":
            # Where the submission has used up all descriptors, there is nothing to be saved with.
            with contextlib.suppress(Exception):
                measured = coverage.Coverage.current()
                assert measured
                measured.save()
        send(self, message)

    channel.Channel.send = saving


os.environ["COVERAGE_PROCESS_START"] = str(SETTINGS)
coverage.process_startup()
del os.environ["COVERAGE_PROCESS_START"]
sys.meta_path.insert(0, ChannelFinder())  # type: ignore[arg-type]
