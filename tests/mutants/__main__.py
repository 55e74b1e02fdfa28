"""`nox -s mutants`: are the graders good enough?"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from rich.console import Console
from rich.table import Table

from graders.__main__ import ROOT
from graders.commands.running import run
from graders.kit.judge.katas import Kata, Submission, UsageError, find, select
from graders.kit.judge.score import KataResult
from tests.mutants.mutant import Equivalent, Mutant, equivalent, mutants

ENOUGH = 0.95
"""Of the mutants that are not equivalent."""


@dataclass
class Report:
    """What became of the mutants of one kata."""

    kata: Kata
    killed: list[Mutant] = field(default_factory=list)
    broken: list[Mutant] = field(default_factory=list)
    """Those that cannot even be imported: no merit of a grader, and not counted."""
    equivalent: list[Mutant] = field(default_factory=list)
    survived: list[Mutant] = field(default_factory=list)
    not_graded: list[tuple[Mutant, str]] = field(default_factory=list)
    caught_alone: set[str] = field(default_factory=set)
    """The checks that catch a mutant or a wrong answer which no other check catches."""
    checks: list[str] = field(default_factory=list)

    @property
    def rate(self) -> float:
        counted = len(self.killed) + len(self.survived)
        return len(self.killed) / counted if counted else 1.0

    @property
    def needless(self) -> list[str]:
        return [name for name in self.checks if name not in self.caught_alone]


def main(words: Sequence[str] | None = None) -> int:
    """0 if the graders are good enough, 1 if not, 2 if that could not be found out."""
    parser = argparse.ArgumentParser(prog="nox -s mutants --", description=__doc__)
    parser.add_argument("what", nargs="*", metavar="WHAT", help="an id (k110), a name, a concept")
    parser.add_argument("--seed", type=int, help="draw the inputs of an earlier run again")
    parser.add_argument("-j", "--jobs", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--show", metavar="PART", help="print all mutants with this in their diff")
    arguments = parser.parse_args(words)
    try:
        katas = select(find(ROOT), arguments.what)
        made = {kata.name: mutants(kata.name, kata.solution.read_text("utf-8")) for kata in katas}
        if arguments.show is not None:
            show(
                mutant for each in made.values() for mutant in each if _has(mutant, arguments.show)
            )
            return 0
        reports = prove(katas, made, equivalent(), arguments.seed, arguments.jobs)
    except UsageError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return told(reports, stale(reports, made, equivalent()))


def prove(
    katas: Sequence[Kata],
    made: dict[str, list[Mutant]],
    known: Sequence[Equivalent],
    seed: int | None,
    jobs: int,
) -> list[Report]:
    """Grades every mutant and every wrong answer; raises `UsageError` if it cannot."""
    with tempfile.TemporaryDirectory() as folder:
        submissions, of = [], {}
        for kata in katas:
            for number, mutant in enumerate(made[kata.name]):
                path = Path(folder) / f"{kata.number}_mutant_{number}.py"
                path.write_text(mutant.source, "utf-8")
                of[path] = mutant
                submissions.append(Submission(kata, path))
            submissions += [Submission(kata, path) for path in (kata.solution, *kata.wrong)]
        results = run(submissions, seed=seed, jobs=jobs)
    if results.fault:
        raise UsageError(results.fault)
    reports = {kata.name: Report(kata) for kata in katas}
    listed = {each.key for each in known}
    for result in results.katas:
        _count(reports[result.kata], result, of.get(result.path), listed)
    return list(reports.values())


def _count(report: Report, result: KataResult, mutant: Mutant | None, listed: set) -> None:
    failed = {check.spec.name for check in result.checks if check.outcome != "passed"}
    ran = any(check.ran for check in result.checks)
    report.checks = [check.spec.name for check in result.checks]
    if len(failed) == 1 and ran:
        report.caught_alone |= failed
    if mutant is None:
        return
    if result.outcome == "error":
        why = result.fault or next(c.message for c in result.checks if c.outcome == "error")
        report.not_graded.append((mutant, why))
    elif failed and not ran:
        report.broken.append(mutant)
    elif failed:
        report.killed.append(mutant)
    elif mutant.key in listed:
        report.equivalent.append(mutant)
    else:
        report.survived.append(mutant)


def stale(
    reports: Sequence[Report], made: dict[str, list[Mutant]], known: Sequence[Equivalent]
) -> Iterator[str]:
    """What is wrong with the list of equivalent mutants."""
    existing = {mutant.key for each in made.values() for mutant in each}
    passed = {mutant.key for report in reports for mutant in report.equivalent}
    for entry in known:
        kata, where, change = entry.key
        told = f"equivalent.toml has a mutant of {kata}, in {where or 'the file'}, `{change[-1]}`"
        if kata not in made:
            continue
        if entry.key not in existing:
            yield f"{told}, which is no mutant of the reference any more: take it out"
        elif entry.key not in passed:
            yield f"{told}, which its grader rejects: take it out, or mend the grader"
        elif not entry.reason.strip():
            yield f"{told}, without a reason: say which promises it keeps, and how"


def told(reports: Sequence[Report], complaints: Iterator[str]) -> int:
    """Prints the table, every survivor as a diff, and what else there is to mend."""
    console = Console(highlight=False, markup=False, soft_wrap=True)
    table = Table(box=None, padding=(0, 1))
    table.add_column("kata", no_wrap=True)
    for heading in ("mutants", "not importable", "equivalent", "survived", "killed"):
        table.add_column(heading, justify="right")
    for report in reports:
        counted = (report.killed, report.broken, report.equivalent, report.survived)
        table.add_row(
            report.kata.name,
            *(str(n) for n in (sum(map(len, counted)), *map(len, counted[1:]))),
            f"{report.rate:.1%}",
        )
    console.print(table)
    wrong = list(complaints)
    for report in reports:
        show(report.survived, console)
        for mutant, why in report.not_graded:
            wrong.append(f"{mutant.kata}: a mutant of {mutant.where} was not graded: {why}")
        for check in report.needless:
            wrong.append(
                f"{report.kata.name}: whatever {check} catches, another check catches too: "
                "sharpen it, or add the wrong answer that it is for"
            )
        if report.rate < ENOUGH:
            wrong.append(f"{report.kata.name}: {report.rate:.1%} of its mutants are killed")
    for complaint in wrong:
        console.print(f"\n{complaint}")
    survived = sum(len(report.survived) for report in reports)
    killed = sum(len(report.killed) for report in reports)
    console.print(f"\n{killed + survived} mutants that can be killed, {survived} survived")
    return 1 if wrong or survived else 0


def show(mutants: Sequence[Mutant], console: Console | None = None) -> None:
    """Prints each as the lines that differ."""
    console = console or Console(highlight=False, markup=False, soft_wrap=True)
    for mutant in sorted(mutants, key=lambda mutant: (mutant.kata, mutant.where)):
        console.print(f"\n{mutant.kata}, {mutant.where or 'the file'} ({mutant.operator})")
        for line in mutant.change:
            console.print(line, style="red" if line.startswith("-") else "green")


def _has(mutant: Mutant, part: str) -> bool:
    return any(part in line for line in mutant.change)


if __name__ == "__main__":
    sys.exit(main())
