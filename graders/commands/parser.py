"""The words of a command line. What is wrong with them is said in one line, with a way out."""

from __future__ import annotations

import argparse
import difflib
import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import NoReturn

from graders.commands import COMMANDS, Command, load
from graders.kit.judge.katas import UsageError


def parse(words: Sequence[str], root: Path) -> tuple[Command, argparse.Namespace]:
    """The command that the words name, and its arguments for the workspace at `root`.

    Raises `UsageError` where they name none, and `SystemExit` after `--help`.
    """
    name, *rest = words or ["--help"]
    if name in ("-h", "--help"):
        print(_overview())
        raise SystemExit(0 if words else 2)
    if name not in COMMANDS:
        raise UsageError(
            f"there is no command {name!r}; {near(name, COMMANDS)}"
            "`python -m graders --help` says what there is"
        )
    command = load(name)
    parser = Parser(prog=_typed(name), description=command.__doc__)
    command.options(parser)
    return command, parser.parse(rest, argparse.Namespace(root=root))


def near(word: str, known: Iterable[str]) -> str:
    """`did you mean ...? `, or nothing where no known word is like this one."""
    found = difflib.get_close_matches(word, list(known), n=1)
    return f"did you mean {found[0]}? " if found else ""


class Parser(argparse.ArgumentParser):
    """argparse, but for how it says that it does not understand."""

    def parse(self, words: Sequence[str], into: argparse.Namespace) -> argparse.Namespace:
        """Raises `UsageError`."""
        arguments, unknown = self.parse_known_args(words, into)
        option = next((word.partition("=")[0] for word in unknown if word.startswith("-")), None)
        if option is not None:
            meant = near(option, re.findall(r"--[a-z-]+", self.format_help()))
            self.error(f"there is no option {option}", meant)
        if unknown:
            self.error(f"{' '.join(unknown)} is more than this command takes")
        return arguments

    def error(self, message: str, meant: str = "") -> NoReturn:
        raise UsageError(f"{message}; {meant}`{self.prog} --help` says what there is")


def _typed(name: str) -> str:
    """How this command was started; the noxfile tells."""
    started_by = os.environ.get("KATA_STARTED_BY")
    return f"nox -s {name} --" if started_by == "nox" else f"python -m graders {name}"


def _overview() -> str:
    lines = [f"  {name:10}  {(load(name).__doc__ or '').splitlines()[0]}" for name in COMMANDS]
    return "\n".join(["usage: python -m graders COMMAND ... (or --help)", "", *lines])
