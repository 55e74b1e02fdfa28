"""The report that a person reads: what passed, what failed, where to look, what to do next."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from graders.kit.judge.katas import CONCEPTS, Kata
from graders.kit.judge.score import CheckResult, KataResult, Results
from graders.kit.reports import wording
from graders.kit.shared.text import printable

WIDTH = 88


class Terminal:
    """Prints scores. Plain text without a terminal; ASCII where the encoding has no more."""

    def __init__(self, katas: Mapping[str, Kata], console: Console | None = None) -> None:
        """`katas` are those of the results, by name."""
        self._katas = katas
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(
                highlight=False, width=WIDTH, color_system=None, file=self.console.file
            )
        fancy = _can_print("✓✗━─", self.console.encoding)
        self.tick, self.cross, self.full, self.rest = "✓✗━─" if fancy else "+x#."

    def report(self, results: Results) -> None:
        """Prints a table for each concept, what failed and why, and the total."""
        for concept, group in groupby(results.katas, key=lambda k: self._katas[k.kata].concept):
            self.console.print(self._table(concept, list(group)))
        for kata in results.katas:
            self._details(kata)
        self.console.print()
        for line in self._last(results):
            self.console.print(line)

    def _table(self, concept: str, results: Iterable[KataResult]) -> RenderableType:
        table = Table(box=None, padding=(0, 1), show_header=False, pad_edge=False)
        table.add_column(width=6)
        table.add_column(width=40, no_wrap=True)
        table.add_column(width=12)
        table.add_column(justify="right", width=10)
        for result in results:
            kata = self._katas[result.kata]
            table.add_row(
                f" {kata.number}",
                escape(printable(kata.title, 80)),
                self._bar(result.points, result.max_points),
                "not graded" if result.fault else f"{result.points}/{result.max_points}",
            )
        number = CONCEPTS.index(concept) + 1
        heading = Text(f"{number}00  {concept}", style="bold")
        return Group(Text(), heading, table)

    def _bar(self, points: int, of: int, width: int = 12) -> Text:
        full = width * points // of if of else 0
        style = "green" if points == of else "yellow" if points else "red"
        return Text.assemble((self.full * full, style), (self.rest * (width - full), "dim"))

    def _details(self, result: KataResult) -> None:
        if result.fault:
            self.console.print(Text(f"\n{result.kata}", style="bold"))
            self._indented(f"[red]not graded:[/] {escape(result.fault)}", 2)
            return
        failed = [check for check in result.checks if check.outcome != "passed"]
        if not failed and not result.notes:
            return
        self.console.print(Text(f"\n{result.kata}", style="bold"))
        for check in result.checks:
            if check.outcome == "passed":
                line = f"  [green]{self.tick}[/] {escape(check.spec.claim)}"
                self.console.print(line, soft_wrap=True)
        for text, checks in groupby(failed, key=lambda c: (c.where, c.message)):
            self._failure(text, list(checks))
        printed = next((check.printed for check in failed if check.printed), "")
        for line in wording.shortened(printed.splitlines()):
            self._indented(f"[dim]it printed:[/] {escape(line)}", 2)
        for note in result.notes:
            self._indented(f"note: {escape(note)}", 2)

    def _failure(self, place: tuple[str | None, str], checks: list[CheckResult]) -> None:
        """Checks that failed for one reason are shown together, the reason once."""
        where, message = place
        for check in checks:
            said = "" if check.outcome == "failed" else f" ({check.outcome})"
            lost = f"[dim]-{check.spec.points}[/]"
            self.console.print(
                f"  [red]{self.cross}[/] {escape(check.spec.claim)}{said} {lost}", soft_wrap=True
            )
        at = f"[bold]{escape(where)}[/]: " if where else ""
        self._indented(f"{at}{escape(message)}")
        findings = [wording.finding(found) for check in checks for found in check.findings]
        for line in wording.shortened(list(dict.fromkeys(findings))):
            self._indented(escape(line))
        if checks[0].spec.hint and checks[0].ran and checks[0].outcome == "failed":
            self._indented(f"[cyan]hint:[/] {escape(checks[0].spec.hint[0])}")

    def _indented(self, markup: str, by: int = 6) -> None:
        """Prints text, wrapped and without the spaces at the ends of lines that padding leaves."""
        text = Text.from_markup(markup)
        for line in text.wrap(self.console, self.console.width - by):
            line.rstrip()
            self.console.print(Text(" " * by) + line, soft_wrap=True)

    def _last(self, results: Results) -> Iterable[str]:
        for note in results.notes:
            yield f"note: {escape(note)}"
        yield f"{wording.total(results)}   [dim](seed {results.seed})[/]"
        todo = next((k for k in results.katas if k.outcome == "failed"), None)
        if results.fault:
            yield f"[red]could not grade everything:[/] {escape(results.fault)}"
        elif todo is None:
            yield "[green]Everything passed.[/]"
        if todo is not None:
            kata = self._katas[todo.kata]
            yield f"Next: edit {kata.file}, then: nox -s grade -- {kata.number}"


def _can_print(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
