"""What `solutions` shows: a line a kata, and each violation of a rule with what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from graders.kit.judge.rules import Proof, fails_what_claims_it


@dataclass
class RulesReport:
    """What was proved of each kata. `violations` are those that belong to no proof."""

    proofs: list[Proof]
    violations: list[str]
    seed: int

    def show(self) -> int:
        """Prints them; the exit status: 0 every rule holds, 1 one does not."""
        console = Console(highlight=False, markup=False, soft_wrap=True)
        console.print(self._table())
        violations = [
            f"{p.kata.name}: {violation}" for p in self.proofs for violation in p.violations
        ]
        violations += self.violations
        for violation in violations:
            console.print(f"\n{violation}")
        known = sum(len(p.scores) for p in self.proofs)
        checks = sum(len(s.checks) for p in self.proofs for s in p.scores.values())
        held = (
            "every rule holds" if not violations else f"{len(violations)} violations of the rules"
        )
        console.print(f"\n{known} answers, {checks} verdicts, seed {self.seed}: {held}")
        return 1 if violations else 0

    def _table(self) -> Table:
        table = Table("kata", box=None, padding=(0, 1))
        for heading in ("reference", "stub", "wrong caught", "right passed"):
            table.add_column(heading, justify="right")
        for proof in self.proofs:
            wrong, right = list(proof.wrong()), list(proof.right())
            caught = sum(fails_what_claims_it(path.stem, score) for path, score in wrong)
            passed = sum(score.outcome == "passed" for _, score in right)
            table.add_row(
                proof.kata.name,
                f"{proof.reference.points}/{proof.reference.max_points}",
                f"{proof.stub.points}/{proof.stub.max_points}",
                f"{caught}/{len(wrong)}",
                f"{passed}/{len(right)}",
            )
        return table
