"""The comparison, as a person reads it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from rich.console import Console
from rich.table import Table

from tests.bench.blocking.case import Case
from tests.bench.blocking.verdict import Verdict

if TYPE_CHECKING:
    from tests.bench.blocking.measure import Measured

COLUMNS = (
    "detector",
    "found",
    "line named",
    "false alarms",
    "grey",
    "flips under load",
    "us a step",
    "seconds",
)


def show(measured: list[Measured]) -> None:
    console = Console(highlight=False, markup=False, width=132)
    console.print("\nof the quiet round; [least most] of all rounds where they differ")
    console.print(_comparison(measured))
    for one in measured:
        if one.detector.ours:
            lines = _faults(one)
        else:
            lines = [f"{name} failed: {why}" for name, why in sorted(one.failed().items())]
        for line in lines:
            console.print(f"{one.detector.name}: {line}", soft_wrap=True)


def _comparison(measured: list[Measured]) -> Table:
    table = Table(*COLUMNS, box=None, padding=(0, 2))
    for one in measured:
        table.add_row(
            one.detector.title.format(one.detector.version),
            _of(one.found("blocking"), len(one.of("blocking"))),
            _of(one.named(), len(one.of("blocking"))),
            _of(one.found("correct"), len(one.of("correct"))),
            _of(one.found("grey"), len(one.of("grey"))),
            _flips(one),
            "-" if one.overhead is None else f"{one.overhead:.1f}",
            f"{one.seconds:.0f}",
        )
    return table


def _of(counts: list[int], whole: int) -> str:
    spread = f" [{min(counts)} {max(counts)}]" if min(counts) != max(counts) else ""
    return f"{counts[0]} of {whole}{spread}"


def _flips(one: Measured) -> str:
    kinds = Counter(case.kind for case in one.flipped())
    if len(one.rounds) == 1:
        return "not measured"
    return ", ".join(f"{count} {kind}" for kind, count in kinds.items()) or "none"


def _faults(one: Measured) -> list[str]:
    """What is wrong with ours: a line for each case and each way to be wrong."""
    lines = []
    by_name = {case.name: case for case in one.cases}
    for name, verdicts in one.wrong().items():
        ways = Counter(way(by_name[name], said) for said in verdicts)
        lines += [f"{name}: {wrong}, {n} of {len(one.rounds)} rounds" for wrong, n in ways.items()]
    return lines


def way(case: Case, said: Verdict) -> str:
    """In which way a verdict is wrong."""
    if said["error"]:
        return f"failed: {said['error']}"
    if not said["found"]:
        return "missed"
    named = sorted(set(zip(said["families"], said["calls"], said["lines"], strict=True)))
    told = ", ".join(f"{family} {call} in line {line}" for family, call, line in named)
    if case.kind != "blocking":
        return f"reported as {told}"
    return f"misnamed as {told}, not {case.family} {case.call} in line {case.line}"
