"""The katas of a workspace: one name, five places, no registry."""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

CONCEPTS = (
    "coroutines",
    "routes",
    "middleware",
    "database",
    "external",
    "offloading",
    "errors",
)
"""By the hundreds of a kata's number: 1xx is the first."""

_NAME = re.compile(r"k([1-7])\d\d_[a-z0-9_]+")


class UsageError(Exception):
    """The words of a command do not say what to grade; the text says what would."""


def docstring(path: Path) -> str:
    """A file's docstring; empty where there is none, or no file, or no Python in it."""
    try:
        return ast.get_docstring(ast.parse(path.read_bytes())) or ""
    except (OSError, SyntaxError, ValueError):
        return ""  # a learner's file may be in any state


@dataclass(frozen=True)
class Kata:
    """One kata, wherever its files are."""

    name: str
    root: Path

    @property
    def number(self) -> str:
        """Such as `k110`."""
        return self.name.split("_", 1)[0]

    @property
    def concept(self) -> str:
        """One of `CONCEPTS`."""
        return CONCEPTS[int(self.name[1]) - 1]

    @property
    def file(self) -> str:
        """The name of its file in every folder."""
        return f"{self.name}.py"

    @property
    def grader(self) -> Path:
        """The file with its checks and scenarios."""
        return self.root / "graders" / self.file

    @property
    def exercise(self) -> Path:
        """The file with the brief and the stub."""
        return self.root / "exercises" / self.file

    @property
    def solution(self) -> Path:
        """The file with the reference."""
        return self.root / "solutions" / self.file

    @property
    def wrong(self) -> list[Path]:
        """The answers that it must reject, by name."""
        return sorted((self.root / "tests" / "wrong" / self.name).glob("*.py"))

    @property
    def right(self) -> list[Path]:
        """The answers that it must accept beside the reference, by name."""
        return sorted((self.root / "tests" / "right" / self.name).glob("*.py"))

    @cached_property
    def title(self) -> str:
        """The first line of the brief; without one, the words of the name."""
        brief = docstring(self.exercise) or self.name.split("_", 1)[1].replace("_", " ")
        return brief.splitlines()[0].rstrip(".")


@dataclass(frozen=True)
class Submission:
    """One answer to one kata: a file, and the name it goes by in reports."""

    kata: Kata
    path: Path

    @property
    def label(self) -> str:
        """Its folder and its name, such as `exercises/k110_first_coroutine.py`."""
        return f"{self.path.parent.name}/{self.path.name}"


def reference(kata: Kata) -> Submission:
    """The kata's own answer in `solutions/`."""
    return Submission(kata, kata.solution)


def answers(katas: Iterable[Kata], folder: Path) -> list[Submission]:
    """One folder's answer to each kata, there or not."""
    return [Submission(kata, folder / kata.file) for kata in katas]


def hiding(folder: Path) -> list[str]:
    """A note for each file beside the submissions that would hide a standard module from them."""
    return [
        f"{path.name} has the name of a standard module: it is not used here, but whatever "
        "you run in that folder yourself imports it; rename it"
        for path in sorted(folder.glob("*.py"))
        if path.stem in sys.stdlib_module_names
    ]


def find(root: Path) -> list[Kata]:
    """All katas that have a grader, in order."""
    paths = sorted((root / "graders").glob("k*.py"))
    return [Kata(path.stem, root) for path in paths if _NAME.fullmatch(path.stem)]


def select(katas: Sequence[Kata], words: Iterable[str]) -> list[Kata]:
    """The katas that any of the words names: an id, a name, part of one, or a concept.

    No words select all. Raises `UsageError` for a word that names none.
    """
    words = list(words)
    if not words:
        return list(katas)
    chosen = {kata for word in words for kata in _named(katas, word)}
    return [kata for kata in katas if kata in chosen]


def _named(katas: Sequence[Kata], word: str) -> list[Kata]:
    wanted = Path(word).name.lower().removesuffix(".py")
    exact = [kata for kata in katas if wanted in (kata.number, kata.name, kata.concept)]
    found = exact or [kata for kata in katas if wanted and wanted in kata.name]
    if not found:
        raise UsageError(f"no kata is called {word!r}{_near(katas, wanted)}")
    return found


def _near(katas: Sequence[Kata], wanted: str) -> str:
    names = [name for k in katas for name in (k.number, k.name, k.name.split("_", 1)[1], k.concept)]
    near = list(dict.fromkeys(difflib.get_close_matches(wanted, names, n=3, cutoff=0.5)))
    if near:
        return f"; did you mean {' or '.join(near)}?"
    return f"; there are {', '.join(kata.number for kata in katas)}, and {', '.join(CONCEPTS)}"
