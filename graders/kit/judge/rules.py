"""The rules every kata keeps: what `solutions` proves. Each violation says what to do next."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from graders.kit.judge.katas import Kata, Submission, find
from graders.kit.judge.score import MAX_POINTS, CheckResult, KataResult, Results

FEWEST_CHECKS, MOST_CHECKS = 5, 8
FEWEST_RIGHT = 2
FEWEST_STEPS = 3
LONGEST_BRIEF = 20
"""Lines of a brief."""


@dataclass
class Proof:
    """The scores of everything that is known about one kata, and the rules it breaks."""

    kata: Kata
    scores: dict[Path, KataResult]
    violations: list[str] = field(default_factory=list)

    @property
    def reference(self) -> KataResult:
        return self.scores[self.kata.solution]

    @property
    def stub(self) -> KataResult:
        return self.scores[self.kata.exercise]

    def wrong(self) -> Iterator[tuple[Path, KataResult]]:
        return ((path, self.scores[path]) for path in self.kata.wrong)

    def right(self) -> Iterator[tuple[Path, KataResult]]:
        return ((path, self.scores[path]) for path in self.kata.right)


def submissions(kata: Kata) -> list[Submission]:
    """Reference and stub, each wrong and each right answer."""
    paths = [kata.solution, kata.exercise, *kata.wrong, *kata.right]
    return [Submission(kata, path) for path in paths]


def self_check(kata: Kata) -> list[Submission]:
    """The least that must hold before anything else is believed: one right answer, one wrong."""
    return [Submission(kata, path) for path in (kata.solution, *kata.wrong[:1])]


def cannot_judge(score: Results) -> str | None:
    """Why this machine's verdicts cannot be trusted, in one line; None where they can."""
    reference, *wrong = score.katas
    if score.fault:
        return score.fault
    if reference.outcome != "passed":
        return f"{reference.submission} does not pass its own grader: {_first_failure(reference)}"
    passed = [kata.submission for kata in wrong if kata.outcome == "passed"]
    return f"{passed[0]} is wrong, and passes: no verdict here means anything" if passed else None


def prove(kata: Kata, results: Results) -> Proof:
    """Holds one kata's files and results against every rule."""
    own = {k.path: k for k in results.katas if k.kata == kata.name and k.path is not None}
    proof = Proof(kata, own)
    proof.violations += [*_files(kata), *_brief(kata), *_rubric(kata, proof.reference.checks)]
    proof.violations += [*_points(proof), *_caught(proof)]
    return proof


def missing(kata: Kata) -> list[str]:
    """The violations of a kata that is not all there: it cannot be graded at all."""
    return [
        f"there is no {path.relative_to(kata.root)}: write it"
        for path in (kata.exercise, kata.solution)
        if not path.is_file()
    ]


def orphans(root: Path) -> Iterator[str]:
    """Files that belong to no kata."""
    names = {kata.name for kata in find(root)}
    for folder in ("exercises", "solutions"):
        for path in sorted((root / folder).glob("*")):
            if path.name != "__pycache__" and path.stem not in names:
                yield f"{folder}/{path.name} belongs to no grader: write one, or delete it"
    for folder in ("wrong", "right"):
        for path in sorted((root / "tests" / folder).glob("*")):
            if path.name not in names:
                yield f"tests/{folder}/{path.name} belongs to no grader: rename or delete it"


def _files(kata: Kata) -> Iterator[str]:
    if len(kata.right) < FEWEST_RIGHT:
        yield (
            f"{len(kata.right)} right answers: put {FEWEST_RIGHT} or more, unlike the reference, "
            f"into tests/right/{kata.name}/"
        )


def _brief(kata: Kata) -> Iterator[str]:
    lines = (ast.get_docstring(ast.parse(kata.exercise.read_bytes())) or "").splitlines()
    if len(lines) > LONGEST_BRIEF:
        yield f"the brief has {len(lines)} lines: say it in {LONGEST_BRIEF}"
    command = f"nox -s grade -- {kata.number}"
    if not lines or lines[-1].strip() != command:
        yield f"the brief does not end with the command: add `{command}` as its last line"


def _rubric(kata: Kata, checks: list[CheckResult]) -> Iterator[str]:
    if not FEWEST_CHECKS <= len(checks) <= MOST_CHECKS:
        yield f"{len(checks)} checks: a rubric has {FEWEST_CHECKS} to {MOST_CHECKS}"
    total = sum(check.spec.points for check in checks)
    if total != MAX_POINTS:
        yield f"its checks are worth {total} points together: make that {MAX_POINTS}"
    files = {path.stem for path in kata.wrong}
    for check in checks:
        if check.spec.points < 1:
            yield f"{check.spec.name} is worth nothing: mark it with @pytest.mark.points(n)"
        if not check.spec.claim:
            yield f"{check.spec.name} claims nothing: say in its docstring what a right answer does"
        if len(check.spec.hint) < FEWEST_STEPS:
            yield (
                f"{check.spec.name} has {len(check.spec.hint)} steps of hint: write {FEWEST_STEPS} "
                "paragraphs (a question; the tool and a link; the shape)"
            )
        if not check.spec.catches:
            yield f"{check.spec.name} catches nothing: mark it with @pytest.mark.catches(name)"
        for name in check.spec.catches:
            if name not in files:
                yield f"{check.spec.name} catches {name!r}: write tests/wrong/{kata.name}/{name}.py"
    claimed = {name for check in checks for name in check.spec.catches}
    for name in sorted(files - claimed):
        yield f"no check claims tests/wrong/{kata.name}/{name}.py: mark one, or delete the file"
    yield from _silent(kata)


def _silent(kata: Kata) -> Iterator[str]:
    for node in ast.walk(ast.parse(kata.grader.read_bytes())):
        if isinstance(node, ast.Assert) and node.msg is None:
            yield f"graders/{kata.file}:{node.lineno} asserts without a message: say what was seen"


def _points(proof: Proof) -> Iterator[str]:
    if proof.reference.points != MAX_POINTS:
        told = _first_failure(proof.reference)
        yield f"the reference has {proof.reference.points} points: {told}"
    if proof.stub.points >= proof.reference.points:
        yield "the stub earns as much as the reference: take the answer out of the exercise"
    for path, score in proof.right():
        if score.points != MAX_POINTS:
            yield (
                f"tests/right/{proof.kata.name}/{path.name} has {score.points} points: "
                f"{_first_failure(score)}"
            )


def _caught(proof: Proof) -> Iterator[str]:
    """Each wrong answer fails what claims it, no more and no less."""
    for path, score in proof.wrong():
        claiming = {check.spec.name for check in score.checks if path.stem in check.spec.catches}
        failing = {check.spec.name for check in score.checks if check.outcome != "passed"}
        name = f"tests/wrong/{proof.kata.name}/{path.name}"
        for check in sorted(claiming - failing):
            yield f"{name} passes {check}, which claims to catch it: sharpen the check"
        for check in sorted(failing - claiming):
            told = next(c.message for c in score.checks if c.spec.name == check)
            yield f"{name} also fails {check} ({told}): let it look at one thing, or claim it"


def _first_failure(score: KataResult) -> str:
    check = next((c for c in score.checks if c.outcome != "passed"), None)
    return f"{check.spec.name} said: {check.message}" if check else "it has no checks"


def fails_what_claims_it(name: str, score: KataResult) -> bool:
    """Does a wrong answer fail exactly the checks that name it?"""
    return all((name in c.spec.catches) == (c.outcome != "passed") for c in score.checks)
