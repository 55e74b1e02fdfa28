"""Words and options that several commands take."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from graders.kit.judge import katas
from graders.kit.judge.katas import Kata, UsageError

WHAT = """what to grade: an id (k110), a name, part of one, or a concept
(coroutines routes middleware database external offloading errors); everything if left out"""


def add_what(parser: argparse.ArgumentParser) -> None:
    """`arguments.what`: words for `katas.select`."""
    parser.add_argument("what", nargs="*", metavar="WHAT", help=WHAT)


def add_run(parser: argparse.ArgumentParser) -> None:
    """`arguments.jobs` and `arguments.seed`: how to run."""
    parser.add_argument(
        "-j",
        "--jobs",
        type=number_of("children"),
        default=os.cpu_count() or 1,
        metavar="N",
        help="run N children at a time",
    )
    add_seed(parser)


def add_seed(parser: argparse.ArgumentParser) -> None:
    """`arguments.seed`, or None."""
    parser.add_argument(
        "--seed", type=int, metavar="N", help="draw the inputs of an earlier run again"
    )


def add_reports(parser: argparse.ArgumentParser) -> None:
    """`arguments.json` and `arguments.junit`: files, for `reporting.reporters`."""
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the report as JSON")
    parser.add_argument("--junit", type=Path, metavar="FILE", help="write it as JUnit XML")


def number_of(noun: str) -> Callable[[str], int]:
    """A type of argument: how many of something."""

    def number(word: str) -> int:
        if not word.isdecimal() or int(word) < 1:
            raise argparse.ArgumentTypeError(f"{word!r} is not a number of {noun}, 1 or more")
        return int(word)

    return number


def one_kata(root: Path, word: str) -> Kata:
    """The one kata that the word names; raises `UsageError`."""
    found = katas.select(katas.find(root), [word])
    if len(found) > 1:
        names = ", ".join(kata.number for kata in found)
        raise UsageError(f"{word!r} names more than one kata ({names}): name one")
    return found[0]
