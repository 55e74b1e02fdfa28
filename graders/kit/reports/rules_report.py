"""What `solutions` shows: a line a kata, and each violation of a rule with what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from graders.kit.judge.rules import Proof


@dataclass
class RulesReport:
    """What was proved of each kata, in a run for each seed: a violation in any of them counts.

    `violations` are those that belong to no proof.
    """

    runs: dict[int, list[Proof]]
    """By seed."""
    violations: list[str]

    def show(self) -> int:
        """Prints them; the exit status: 0 every rule holds, 1 one does not."""
        console = Console(highlight=False, markup=False, soft_wrap=True)
        console.print(self._table())
        violations = [*dict.fromkeys(self._violations()), *self.violations]
        for violation in violations:
            console.print(f"\n{violation}")
        proofs = [proof for run in self.runs.values() for proof in run]
        known = sum(len(p.scores) for p in proofs)
        checks = sum(len(s.checks) for p in proofs for s in p.scores.values())
        held = (
            "every rule holds" if not violations else f"{len(violations)} violations of the rules"
        )
        console.print(f"\n{known} answers, {checks} verdicts, {self._seeds()}: {held}")
        return 1 if violations else 0

    def _violations(self) -> Iterator[str]:
        everywhere = Counter(v for run in self.runs.values() for p in run for v in p.violations)
        for seed, run in self.runs.items():
            for proof in run:
                for violation in proof.violations:
                    # Of one kata's files: the same in each run, and said once.
                    only = "" if everywhere[violation] >= len(self.runs) else f" (seed {seed})"
                    yield f"{proof.kata.name}: {violation}{only}"

    def _seeds(self) -> str:
        seeds = list(self.runs)
        return f"seed {seeds[0]}" if len(seeds) == 1 else f"seeds {seeds[0]} to {seeds[-1]}"

    def _table(self) -> Table:
        table = Table("kata", box=None, padding=(0, 1))
        for heading in ("reference", "stub", "wrong caught", "right passed"):
            table.add_column(heading, justify="right")
        for proof in next(iter(self.runs.values())):
            passed = sum(score.outcome == "passed" for score in proof.right.values())
            table.add_row(
                proof.kata.name,
                f"{proof.reference.points}/{proof.reference.max_points}",
                f"{proof.stub.points}/{proof.stub.max_points}",
                f"{len(proof.caught)}/{len(proof.wrong)}",
                f"{passed}/{len(proof.right)}",
            )
        return table
