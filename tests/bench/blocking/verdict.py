"""What a detector said of one case, as it travels from the process that ran it."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from types import FrameType
from typing import TypedDict

from tests.bench.blocking.case import Case


class Verdict(TypedDict):
    """`lines`, `calls`, `families` and `seconds` belong together, item by item, if they are known.

    `lines` has 0 for a finding on no line of the case. `error` is why there is nothing to
    say: the program failed, or was killed because it never ended.
    """

    found: bool
    lines: list[int]
    calls: list[str]
    families: list[str]
    seconds: list[float]
    error: str | None


def verdict(
    found: bool, lines: Iterable[int | None] = (), *, seconds: Iterable[float] = ()
) -> Verdict:
    """What a detector says that knows lines at best."""
    return {
        "found": found,
        "lines": sorted({line or 0 for line in lines}),
        "calls": [],
        "families": [],
        "seconds": list(seconds),
        "error": None,
    }


def failed(why: str) -> Verdict:
    return {**verdict(False), "error": why}


def innermost(program: Path, frame: FrameType | None) -> int | None:
    """The line of the program that is deepest in a stack."""
    while frame is not None:
        if frame.f_code.co_filename == str(program):
            return frame.f_lineno
        frame = frame.f_back
    return None


def right(case: Case, said: Verdict, *, guesses: bool = False) -> bool:
    """A detector must name the family, the call and the line, and no other line.

    What one line does may well be two calls, `connect` and `recv`, say.
    """
    if said["error"]:
        return False
    named = set(zip(said["families"], said["calls"], said["lines"], strict=True))
    if case.kind != "blocking":
        return not said["found"]
    if not case.line_is_told:
        return case.family in said["families"]
    families = {case.family, *said["families"]} if guesses else {case.family}
    expected = {(family, case.call, case.line) for family in families}
    return bool(expected & named) and set(said["lines"]) == {case.line}
