"""The cases: one small program a file, with what a perfect detector says of it.

A case is a module with a coroutine `main()`. Its docstring is its title. A blocking
case says besides in which `FAMILY` its mistake is, which `CALL` makes it, in which
`PLACE` of a program, and marks the guilty line with `# <-`. Where not every Python can tell
that line, `LINE_SINCE` is the first that can. Cases are read without being imported:
importing them is part of what is measured.
"""

from __future__ import annotations

import ast
import functools
import sys
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).parent / "cases"

KINDS = ("blocking", "correct", "grey")
"""`blocking` is to be found, `correct` is not; `grey` is worth a note and no more."""


@dataclass(frozen=True)
class Case:
    path: Path

    @property
    def kind(self) -> str:
        return self.path.parent.name

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.path.stem}"

    @functools.cached_property
    def _tree(self) -> ast.Module:
        return ast.parse(self.path.read_text())

    @property
    def title(self) -> str:
        return ast.get_docstring(self._tree) or ""

    def _said(self, name: str) -> str:
        for node in self._tree.body:
            if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
                return str(ast.literal_eval(node.value))
        return ""

    @property
    def family(self) -> str:
        return self._said("FAMILY")

    @property
    def call(self) -> str:
        return self._said("CALL")

    @property
    def place(self) -> str:
        return self._said("PLACE")

    @property
    def line_is_told(self) -> bool:
        """Can this Python tell on which line it is?"""
        since = self._said("LINE_SINCE") or "3.11"
        return sys.version_info >= tuple(map(int, since.split(".")))

    @property
    def guilty(self) -> int | None:
        """The number of the line marked with `# <-`; None where nobody is guilty."""
        lines = self.path.read_text().splitlines()
        return next((n for n, line in enumerate(lines, 1) if line.rstrip().endswith("# <-")), None)


def cases(*kinds: str) -> list[Case]:
    """Every case of these kinds (of all, if none is named), in the order of their names."""
    return [Case(path) for kind in kinds or KINDS for path in sorted((FOLDER / kind).glob("*.py"))]
