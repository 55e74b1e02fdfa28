"""Measures detectors on the same cases in one run: quiet first, then on a busy machine."""

from __future__ import annotations

import contextlib
import os
import platform
import time
from dataclasses import dataclass, field

from tests.bench.blocking import rounds, table
from tests.bench.blocking.case import Case, cases
from tests.bench.blocking.environments import python
from tests.bench.blocking.roster import Detector, select
from tests.bench.blocking.verdict import Verdict, right
from tests.bench.flips import busy


@dataclass
class Measured:
    """One detector: `rounds` are its verdicts by case, the quiet round first."""

    detector: Detector
    cases: list[Case]
    rounds: list[dict[str, Verdict]] = field(default_factory=list)
    seconds: float = 0.0
    overhead: float | None = None

    def of(self, kind: str) -> list[Case]:
        return [case for case in self.cases if case.kind == kind]

    def found(self, kind: str) -> list[int]:
        """How many cases of the kind it found something in, round by round."""
        return [sum(said[case.name]["found"] for case in self.of(kind)) for said in self.rounds]

    def named(self) -> list[int]:
        """How many of the marked lines are among those it named, round by round."""
        return [
            sum(case.line in said[case.name]["lines"] for case in self.of("blocking"))
            for said in self.rounds
        ]

    def flipped(self) -> list[Case]:
        """Whose verdict is not always the same."""
        return [c for c in self.cases if len({said[c.name]["found"] for said in self.rounds}) > 1]

    def failed(self) -> dict[str, str]:
        """Why there was nothing to say of a case, by name."""
        return {
            name: said["error"]
            for verdicts in self.rounds
            for name, said in verdicts.items()
            if said["error"]
        }

    def wrong(self) -> dict[str, list[Verdict]]:
        """The verdicts that are not all there is to say, by case."""
        seen: dict[str, list[Verdict]] = {}
        for number in range(len(self.rounds)):
            for name, verdict in self.wrong_in(number).items():
                seen.setdefault(name, []).append(verdict)
        return seen

    def wrong_in(self, number: int) -> dict[str, Verdict]:
        """The same, of one round."""
        said, guesses = self.rounds[number], self.detector.guesses
        return {
            c.name: said[c.name] for c in self.cases if not right(c, said[c.name], guesses=guesses)
        }


def chosen_cases(words: list[str]) -> list[Case]:
    """Those with one of the words in their name; all, if there are no words."""
    return [c for c in cases() if not words or any(word in c.name for word in words)]


def show(words: list[str]) -> int:
    """Prints the programs of these cases, and where each is a file; 1 if there are none."""
    for case in chosen_cases(words):
        print(f"# {case.written()}\n{case.text}")
    return 0 if chosen_cases(words) else 1


def measure(
    only: list[str], words: list[str], loaded: int, burners: int, signals: str | None, at_once: int
) -> int:
    """Prints the comparison; 1 if ours is not perfect."""
    chosen = chosen_cases(words)
    measured = [Measured(detector, chosen) for detector in select(only, signals)]
    if not chosen or not measured:
        raise SystemExit("no such cases, or no such detector")
    pythons = {one.detector: python(one.detector) for one in measured}
    print(
        f"{len(chosen)} cases, {at_once} at a time, {loaded} loaded rounds with {burners} busy ",
        end="",
    )
    print(f"processes on {os.cpu_count()} cores, Python {platform.python_version()}", flush=True)
    for number in range(loaded + 1):
        with busy(burners) if number else contextlib.nullcontext():
            for one in measured:
                began = time.monotonic()
                name = one.detector.name
                one.rounds.append(rounds.verdicts(pythons[one.detector], name, chosen, at_once))
                took = time.monotonic() - began
                print(f"round {number}: {took:6.1f} s  {name}", flush=True)
                if one.detector.ours:
                    _tell(one, number)
                one.seconds = one.seconds or took
    for one in measured:
        if one.detector.runs:
            one.overhead = rounds.overhead(pythons[one.detector], one.detector.name)
    table.show(measured)
    return 1 if any(one.detector.ours and _faulty(one) for one in measured) else 0


def _tell(one: Measured, number: int) -> None:
    """What was wrong in a round, at once: twenty of them take an hour."""
    wrong = one.wrong_in(number)
    for case in one.cases:
        if case.name in wrong:
            print(f"    {case.name}: {table.way(case, wrong[case.name])}", flush=True)


def _faulty(one: Measured) -> bool:
    return bool(one.wrong() or one.flipped())
