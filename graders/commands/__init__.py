"""The commands of `python -m graders`: a module each, imported when it is the one to run."""

from __future__ import annotations

import argparse
import importlib
from typing import Protocol, cast

COMMANDS = ("grade", "regrade", "look", "new", "solutions")
"""The modules of this package that are commands, in the order of `--help`."""


class Command(Protocol):
    """What such a module has; its docstring is its help. Slow imports belong into `run`."""

    __doc__: str | None

    def options(self, parser: argparse.ArgumentParser) -> None:
        """Adds what the command takes; `arguments.root` is the workspace, and always there."""

    def run(self, arguments: argparse.Namespace) -> int:
        """The exit status. Raises `UsageError` and `JudgeFault`."""


def load(name: str) -> Command:
    """The command of this name, which is one of `COMMANDS`."""
    return cast(Command, importlib.import_module(f"{__name__}.{name}"))
