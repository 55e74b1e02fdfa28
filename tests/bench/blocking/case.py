"""The cases: small programs, and what a perfect detector says of each.

Most of what blocks is a cell of a table: a blocker (`cases/blockers/`) put into a place
(`cases/places/`), once for each place that the blocker names. What does not come from the table is
a story: a program of its own, in `cases/blocking/`, `correct/` or `grey/`. All of them are written
in the percent format (see `cells.py`):

    blocker   `blocks: family, call`, `in: places`; setup, and a function `block()`
              with the lines to be put into a place, one of them marked
    place     `place: label`; a program whose line `block()` is where these lines go
    story     `blocks: family, call, place` and a marked line, if it blocks; a whole program

The line that blocks is marked with `# <-`. Where a blocker has no call (it computes), what is to be
named is the function it is in. Where not every Python can tell the line, `since` is the
first that can. A case is run as a file of its own, below `.cache/bench/cases` (`written`): every
detector reads the same text, and so may a person.
"""

from __future__ import annotations

import ast
import functools
import os
import sys
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from tests.bench.blocking.cells import Cell, assembled, bound, cells

ROOT = Path(__file__).parents[3]
FOLDER = Path(__file__).parent / "cases"
PROGRAMS = ROOT / ".cache" / "bench" / "cases"

KINDS = ("blocking", "correct", "grey")
"""`blocking` is to be found, `correct` is not; `grey` is worth a minor finding and no more."""

MARK = "# <-"
SLOT = "block()"


@dataclass(frozen=True)
class Case:
    """`topic` is the file of a story; `blocker` and `place_name` are empty for a story."""

    kind: str
    stem: str
    text: str = field(repr=False)
    topic: str
    family: str = ""
    call: str = ""
    place: str = ""
    since: str = "3.11"
    blocker: str = ""
    place_name: str = ""

    @property
    def name(self) -> str:
        return f"{self.kind}/{self.stem}"

    @property
    def path(self) -> Path:
        """Where the program is, once it is written."""
        return PROGRAMS / self.kind / f"{self.stem}.py"

    @property
    def title(self) -> str:
        return ast.get_docstring(ast.parse(self.text)) or ""

    @property
    def line(self) -> int | None:
        """The number of the marked line; None where nothing blocks."""
        return marked(self.text)

    @property
    def line_is_told(self) -> bool:
        """Can this Python tell on which line it is?"""
        return sys.version_info >= tuple(map(int, self.since.split(".")))

    def written(self) -> Path:
        """The file of the program, which is made or brought up to date."""
        path = self.path
        if not path.is_file() or path.read_text() != self.text:
            path.parent.mkdir(parents=True, exist_ok=True)
            fresh = path.with_suffix(f".{os.getpid()}")
            fresh.write_text(self.text)
            fresh.replace(path)  # another run may read it at the same time
        return path


def marked(text: str) -> int | None:
    """The number of the first marked line."""
    lines = text.splitlines()
    return next((n for n, line in enumerate(lines, 1) if line.endswith(MARK)), None)


def cases(*kinds: str) -> list[Case]:
    """Every case of these kinds (of all, if none is named), in the order of their names."""
    chosen = [case for case in _all() if case.kind in (kinds or KINDS)]
    return sorted(chosen, key=lambda case: (KINDS.index(case.kind), case.stem))


def places() -> dict[str, Cell]:
    """The places of the table, by name."""
    return {cell.name: cell for cell in _in("places")}


def blockers() -> dict[str, Cell]:
    """The blockers of the table, by name."""
    return {cell.name: cell for cell in _in("blockers")}


@functools.cache
def _all() -> tuple[Case, ...]:
    where = places()
    from_table = [
        _put(blocker, where[name]) for blocker in _in("blockers") for name in blocker.field("in")
    ]
    stories = [_story(kind, cell) for kind in KINDS for cell in _in(kind)]
    return (*from_table, *stories)


def _in(folder: str) -> Iterator[Cell]:
    for file in sorted((FOLDER / folder).glob("*.py")):
        yield from cells(file)


def _story(kind: str, cell: Cell) -> Case:
    family, call, place = cell.field("blocks") or ("", "", "")
    text = assembled(cell.title, cell.code, [cell.prelude])
    since = cell.fields.get("since", "3.11")
    return Case(kind, cell.name, text, cell.file.stem, family, call, place, since)


def _put(blocker: Cell, place: Cell) -> Case:
    """The blocker in the place. A ValueError where both define a name at their top."""
    setup, lines = _split(blocker)
    ours, theirs = ({n for s in ast.parse(c).body for n in bound(s)} for c in (setup, place.code))
    if ours & theirs:
        raise ValueError(f"both {blocker.name} and {place.name} define {ours & theirs}")
    code = "\n\n\n".join(part for part in (setup, _filled(place, lines)) if part)
    title = f"{blocker.title[:1].upper()}{blocker.title[1:]}, in {place.title}."
    text = assembled(title, code, [blocker.prelude, place.prelude])
    family, *call = blocker.field("blocks")
    kind = place.fields.get("kind", "blocking")
    if kind != "blocking":  # it blocks something else than the loop
        text = text.replace(f"  {MARK}\n", "\n")
        said = ("", "", "")
    else:
        said = (family, call[0] if call else _function(text), place.fields["place"])
    stem = f"{blocker.name}_in_{place.name}"
    return Case(kind, stem, text, blocker.file.stem, *said, "3.11", blocker.name, place.name)


def _split(blocker: Cell) -> tuple[str, list[str]]:
    """What a blocker sets up, and the lines of its `block`."""
    block = ast.parse(blocker.code).body[-1]
    if not isinstance(block, ast.FunctionDef) or block.name != "block":
        raise ValueError(f"blocker {blocker.name} does not end with a function `block`")
    lines = blocker.code.splitlines()
    first = block.body[0].lineno - 1
    body = textwrap.dedent("\n".join(lines[first:]))
    return "\n".join(lines[: block.lineno - 1]).strip("\n"), body.splitlines()


def _filled(place: Cell, block: list[str]) -> str:
    """The place with the lines where its slot is; in an expression there is room for one."""
    filled: list[str] = []
    for line in place.code.splitlines():
        if line.strip() == SLOT:
            indent = line[: -len(SLOT)]
            filled += [indent + each if each else "" for each in block]
        elif SLOT in line:
            (only,) = block
            filled.append(line.replace(SLOT, only.removesuffix(MARK).rstrip()) + f"  {MARK}")
        else:
            filled.append(line)
    return "\n".join(filled)


def _function(text: str) -> str:
    """The function that the marked line is in, as Python calls it."""
    line = marked(text)
    assert line is not None
    around = [
        node
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        and node.lineno <= line <= (node.end_lineno or 0)
    ]
    innermost = max(around, key=lambda node: (node.lineno, node.col_offset))
    return getattr(innermost, "name", "<lambda>")
