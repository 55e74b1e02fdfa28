"""The report that a person reads: what stands, what fell, where to look, what to do next."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby

from rich.console import Console, Group, RenderableType
from rich.markup import escape
from rich.table import Table
from rich.text import Text

from graders.kit.judge.katas import CONCEPTS, Kata
from graders.kit.judge.score import Check, KataScore, Score
from graders.kit.shared.record import Finding

WIDTH = 88


class Terminal:
    """Prints scores. Plain text without a terminal; ASCII where the encoding has no more."""

    def __init__(self, console: Console | None = None) -> None:
        self.console = console or Console(highlight=False)
        if not self.console.is_terminal:
            self.console = Console(
                highlight=False, width=WIDTH, color_system=None, file=self.console.file
            )
        fancy = _can_print("✓✗━─", self.console.encoding)
        self.tick, self.cross, self.full, self.rest = "✓✗━─" if fancy else "+x#."

    def show(self, score: Score, katas: dict[str, Kata]) -> None:
        for concept, group in groupby(score.katas, key=lambda k: katas[k.kata].concept):
            self.console.print(self._table(concept, list(group), katas))
        for kata in score.katas:
            self._details(kata)
        self.console.print()
        for line in self._last(score, katas):
            self.console.print(line)

    def _table(
        self, concept: str, scores: Iterable[KataScore], katas: dict[str, Kata]
    ) -> RenderableType:
        table = Table(box=None, padding=(0, 1), show_header=False, pad_edge=False)
        table.add_column(width=6)
        table.add_column(width=40, no_wrap=True)
        table.add_column(width=12)
        table.add_column(justify="right", width=8)
        for score in scores:
            kata = katas[score.kata]
            table.add_row(
                f" {kata.number}",
                escape(kata.title),
                self._bar(score.points, score.max_points),
                f"{score.points}/{score.max_points}",
            )
        number = CONCEPTS.index(concept) + 1
        heading = Text(f"{number}00  {concept}", style="bold")
        return Group(Text(), heading, table)

    def _bar(self, points: int, of: int, width: int = 12) -> Text:
        full = width * points // of if of else 0
        style = "green" if points == of else "yellow" if points else "red"
        return Text.assemble((self.full * full, style), (self.rest * (width - full), "dim"))

    def _details(self, score: KataScore) -> None:
        failed = [check for check in score.checks if check.outcome != "passed"]
        if not failed and not score.notes:
            return
        self.console.print(Text(f"\n{score.kata}", style="bold"))
        for check in score.checks:
            if check.outcome == "passed":
                self.console.print(f"  [green]{self.tick}[/] {escape(check.claim)}", soft_wrap=True)
        for text, checks in groupby(failed, key=lambda c: (c.where, c.message)):
            self._failure(text, list(checks))
        printed = next((check.printed for check in failed if check.printed), "")
        for line in shortened(printed.splitlines()):
            self._indented(f"[dim]it printed:[/] {escape(printable(line))}", 2)
        for note in score.notes:
            self._indented(f"note: {escape(note)}", 2)

    def _failure(self, place: tuple[str | None, str], checks: list[Check]) -> None:
        """Checks that fell for one reason are told together, the reason once."""
        where, message = place
        for check in checks:
            said = "" if check.outcome == "failed" else f" ({check.outcome})"
            lost = f"[dim]-{check.max_points}[/]"
            self.console.print(
                f"  [red]{self.cross}[/] {escape(check.claim)}{said} {lost}", soft_wrap=True
            )
        at = f"[bold]{escape(where)}[/]: " if where else ""
        self._indented(f"{at}{escape(printable(message))}")
        for finding in dict.fromkeys(f for check in checks for f in check.findings):
            self._indented(escape(printable(told(finding))))
        if checks[0].hint and checks[0].ran and checks[0].outcome == "failed":
            self._indented(f"[cyan]hint:[/] {escape(checks[0].hint[0])}")

    def _indented(self, markup: str, by: int = 6) -> None:
        """Prints text, wrapped and without the spaces at the ends of lines that padding leaves."""
        text = Text.from_markup(markup)
        for line in text.wrap(self.console, self.console.width - by):
            line.rstrip()
            self.console.print(Text(" " * by) + line, soft_wrap=True)

    def _last(self, score: Score, katas: dict[str, Kata]) -> Iterable[str]:
        for note in score.notes:
            yield f"note: {escape(note)}"
        yield f"{score.points} of {score.max_points} points   [dim](seed {score.seed})[/]"
        todo = next((k for k in score.katas if k.points < k.max_points), None)
        if score.fault:
            yield f"[red]could not grade everything:[/] {escape(score.fault)}"
        elif todo is None:
            yield "[green]Everything passed.[/]"
        else:
            kata = katas[todo.kata]
            yield f"Next: edit {kata.file}, then: nox -s grade -- {kata.number}"


def told(finding: Finding) -> str:
    """What was found, where, for how long, and who had to wait."""
    parts = [f"{finding.kind}: {finding.call} at {finding.where}"]
    if finding.seconds is not None:
        parts.append(f"{finding.seconds:.3g} s")
    if finding.kind == "blocking" and finding.detail:
        parts.append(finding.detail)
    if finding.held_up:
        others = "1 other" if finding.held_up == 1 else f"{finding.held_up} others"
        parts.append(f"while {others} had to wait")
    return ", ".join(parts)


def shortened(lines: list[str], most: int = 5) -> list[str]:
    """The first lines, and how many more there are."""
    return lines if len(lines) <= most else [*lines[:most], f"… ({len(lines) - most} more)"]


def printable(text: str) -> str:
    """Without the control characters by which a submission could redraw the screen."""
    return "".join(c if c.isprintable() or c == "\n" else repr(c)[1:-1] for c in text)


def _can_print(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except (UnicodeEncodeError, LookupError):
        return False
    return True
