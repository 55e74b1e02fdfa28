"""The rules every kata keeps: what `solutions` proves. Each violation says what to do next."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from graders.kit.judge import contract
from graders.kit.judge.katas import Kata, Submission, UsageError, docstring, find
from graders.kit.judge.rubric import wrong_answer
from graders.kit.judge.score import MAX_POINTS, CheckResult, KataResult, Results

FEWEST_CHECKS, MOST_CHECKS = 5, 8
FEWEST_RIGHT = 2
FEWEST_STEPS = 3
LONGEST_BRIEF = 30
"""Lines of a brief."""
LONGEST_REFERENCE = 40
"""Lines of a reference that are not empty, beside its docstring."""


@dataclass
class Proof:
    """The scores of everything that is known about one kata in one run, and the rules it breaks."""

    kata: Kata
    scores: dict[Path, KataResult]
    violations: list[str] = field(default_factory=list)

    @property
    def reference(self) -> KataResult:
        """The result of the kata's own answer."""
        return self.scores[self.kata.solution]

    @property
    def stub(self) -> KataResult:
        """The result of the exercise as it is handed out."""
        return self.scores[self.kata.exercise]

    @property
    def wrong(self) -> dict[Path, KataResult]:
        """The results of the wrong answers, by file."""
        return {path: self.scores[path] for path in self.kata.wrong}

    @property
    def caught(self) -> list[Path]:
        """The wrong answers that fail exactly what they say."""
        return [path for path, score in self.wrong.items() if not any(_differences(path, score))]

    @property
    def right(self) -> dict[Path, KataResult]:
        """The results of the right answers, by file."""
        return {path: self.scores[path] for path in self.kata.right}


def submissions(kata: Kata) -> list[Submission]:
    """Reference and stub, each wrong and each right answer."""
    paths = [kata.solution, kata.exercise, *kata.wrong, *kata.right]
    return [Submission(kata, path) for path in paths]


def self_check(kata: Kata) -> list[Submission]:
    """The least that must hold before anything else is believed: one right answer, one wrong.

    A wrong answer that names no check yet is still being written: it proves nothing.
    """
    wrong = [path for path in kata.wrong if wrong_answer(path).fails]
    return [Submission(kata, path) for path in (kata.solution, *wrong[:1])]


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
    proof.violations += [*_files(kata), *_brief(kata), *_reference(kata)]
    proof.violations += [*_rubric(kata, proof.reference.checks), *_wrong(kata, proof.reference)]
    proof.violations += _points(proof)
    for path, score in proof.wrong.items():
        proof.violations += _differences(path, score)
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
    reference = _code(kata.solution)
    for path in kata.right:
        if _code(path) == reference:
            yield f"{_relative(path)} is the reference still: solve the kata in another way"


def _code(path: Path) -> str:
    """What a file does, without how it is written; nothing if it is no Python."""
    try:
        tree = ast.parse(path.read_bytes())
    except (SyntaxError, ValueError):
        return ""
    own = tree.body[1:] if ast.get_docstring(tree) is not None else tree.body
    return ast.dump(ast.Module(own, []))


def _brief(kata: Kata) -> Iterator[str]:
    lines = docstring(kata.exercise).splitlines()
    if len(lines) > LONGEST_BRIEF:
        yield f"the brief has {len(lines)} lines: say it in {LONGEST_BRIEF}"
    command = f"nox -s grade -- {kata.number}"
    if not lines or lines[-1].strip() != command:
        yield f"the brief does not end with the command: add `{command}` as its last line"


def _reference(kata: Kata) -> Iterator[str]:
    """It is short, and the stub has its public names, written in the same way."""
    tree = ast.parse(kata.solution.read_bytes())
    lines = kata.solution.read_text("utf-8").splitlines()
    if ast.get_docstring(tree) is not None:
        lines = lines[tree.body[0].end_lineno :]
    length = sum(bool(line.strip()) for line in lines)
    if length > LONGEST_REFERENCE:
        yield f"the reference has {length} lines of code: say it in {LONGEST_REFERENCE}"
    given, asked = contract.read(kata.exercise), contract.read(kata.solution)
    for name in sorted(given.keys() | asked.keys()):
        if name not in given and asked[name].kind == "value":
            continue  # a constant that the reference has for itself
        if name not in given:
            private = f"_{name.rpartition('.')[2]}"
            yield f"the stub has no `{name}`: add it, or call it `{private}` in the reference"
        elif name not in asked:
            yield f"the reference has no `{name}`, which the stub has: add it, or take it out there"
        elif given[name].text != asked[name].text:
            yield (
                f"the stub says `{given[name].text}`, the reference "
                f"`{asked[name].text}`: write both the same"
            )


def _rubric(kata: Kata, checks: list[CheckResult]) -> Iterator[str]:
    if not FEWEST_CHECKS <= len(checks) <= MOST_CHECKS:
        yield f"{len(checks)} checks: a rubric has {FEWEST_CHECKS} to {MOST_CHECKS}"
    total = sum(check.spec.points for check in checks)
    if total != MAX_POINTS:
        yield f"its checks are worth {total} points together: make that {MAX_POINTS}"
    for check in checks:
        if check.spec.points < 1:
            yield f"{check.spec.name} is worth nothing: mark it with @pytest.mark.points(n)"
        if not check.spec.claim:
            yield f"{check.spec.name} claims nothing: say in its docstring what a right answer does"
        if len(check.spec.hint) < FEWEST_STEPS:
            yield (
                f"{check.spec.name} has {len(check.spec.hint)} steps of hint: write {FEWEST_STEPS} "
                "bullets (- a question; - the tool and a link; - the shape)"
            )
    for node in ast.walk(ast.parse(kata.grader.read_bytes())):
        if isinstance(node, ast.Assert) and node.msg is None:
            yield f"graders/{kata.file}:{node.lineno} asserts without a message: say what was seen"


def _points(proof: Proof) -> Iterator[str]:
    if proof.reference.points != MAX_POINTS:
        told = _first_failure(proof.reference)
        yield f"the reference has {proof.reference.points} points: {told}"
    if proof.stub.points >= proof.reference.points:
        yield "the stub earns as much as the reference: take the answer out of the exercise"
    for path, score in proof.right.items():
        if score.points != MAX_POINTS:
            yield (
                f"tests/right/{proof.kata.name}/{path.name} has {score.points} points: "
                f"{_first_failure(score)}"
            )


def _wrong(kata: Kata, reference: KataResult) -> Iterator[str]:
    """Each wrong answer says which checks it fails; each check is what one of them is about."""
    checks = {check.spec.name for check in reference.checks}
    caught: set[str] = set()
    for path in kata.wrong:
        name, answer = _relative(path), wrong_answer(path)
        caught.update(answer.fails)
        if not answer.mistake:
            yield f"{name} does not say what is wrong: make that the first line of its docstring"
        if not answer.fails:
            yield f"{name} names no check: add a line `Fails: test_...` to its docstring"
        for check in sorted(answer.all_failed - checks):
            yield f"{name} names {check}, which is no check of graders/{kata.file}: correct it"
        for check in sorted(set(answer.fails) & set(answer.also)):
            yield f"{name} names {check} in `Fails:` and in `Also fails:`: keep one of them"
    for check in sorted(checks - caught):
        yield (
            f"no wrong answer has {check} in its `Fails:`: put one that makes the mistake "
            f"into tests/wrong/{kata.name}/"
        )


def _differences(path: Path, score: KataResult) -> Iterator[str]:
    """A wrong answer fails what it says, no more and no less."""
    said = wrong_answer(path).all_failed
    for check in score.checks:
        name, failed = check.spec.name, check.outcome != "passed"
        if name in said and not failed:
            yield (
                f"{_relative(path)} passes {name}, which it says it fails: "
                "sharpen the check, or take the name out"
            )
        elif failed and name not in said:
            yield (
                f"{_relative(path)} also fails {name} ({check.message}): "
                "let the check look at one thing, or add it to `Also fails:`"
            )


def _relative(path: Path) -> str:
    return "/".join(path.parts[-4:])


def difference(katas: Sequence[Kata], name: str) -> str:
    """What tells the answers of this name, wrong or right, from the references: unified diffs.

    Raises `UsageError` if there is none.
    """
    wanted = name.removesuffix(".py")
    known = [(kata, path) for kata in katas for path in (*kata.wrong, *kata.right)]
    found = [(kata, path) for kata, path in known if path.stem == wanted]
    if not found:
        names = sorted({path.stem for _, path in known})
        near = difflib.get_close_matches(wanted, names, n=3, cutoff=0.5) or names[:10]
        raise UsageError(f"no wrong or right answer is called {name!r}: try {', '.join(near)}")
    return "\n".join(
        "\n".join(
            difflib.unified_diff(
                kata.solution.read_text("utf-8").splitlines(),
                path.read_text("utf-8").splitlines(),
                f"solutions/{kata.file}",
                _relative(path),
                lineterm="",
            )
        )
        for kata, path in found
    )


def _first_failure(score: KataResult) -> str:
    check = next((c for c in score.checks if c.outcome != "passed"), None)
    return f"{check.spec.name} said: {check.message}" if check else "it has no checks"
