"""What `solutions` shows: a line a kata, and each breach of a law with what to do next."""

from __future__ import annotations

from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from graders.kit.judge.rules import Proof
from graders.kit.judge.score import KataScore, Score


@dataclass
class Proofs:
    """The proofs of a run. `strays` are breaches that belong to no kata."""

    proofs: list[Proof]
    strays: list[str]
    score: Score

    def show(self) -> int:
        """Prints them; the exit status: 0 every law holds, 1 one does not."""
        console = Console(highlight=False, markup=False, soft_wrap=True)
        console.print(self._table())
        breaches = [f"{p.kata.name}: {breach}" for p in self.proofs for breach in p.breaches]
        breaches += self.strays
        for breach in breaches:
            console.print(f"\n{breach}")
        known = sum(len(p.scores) for p in self.proofs)
        checks = sum(len(s.checks) for p in self.proofs for s in p.scores.values())
        held = "every law holds" if not breaches else f"{len(breaches)} breaches of the laws"
        console.print(f"\n{known} answers, {checks} verdicts, seed {self.score.seed}: {held}")
        return 1 if breaches else 0

    def _table(self) -> Table:
        table = Table("kata", box=None, padding=(0, 1))
        for heading in ("reference", "stub", "wrong caught", "right passed"):
            table.add_column(heading, justify="right")
        for proof in self.proofs:
            wrong, right = list(proof.wrong()), list(proof.right())
            caught = sum(_fails_what_claims_it(path.stem, score) for path, score in wrong)
            passed = sum(score.outcome == "passed" for _, score in right)
            table.add_row(
                proof.kata.name,
                f"{proof.reference.points}/{proof.reference.max_points}",
                f"{proof.stub.points}/{proof.stub.max_points}",
                f"{caught}/{len(wrong)}",
                f"{passed}/{len(right)}",
            )
        return table


def _fails_what_claims_it(name: str, score: KataScore) -> bool:
    return all((name in c.catches) == (c.outcome != "passed") for c in score.checks)
