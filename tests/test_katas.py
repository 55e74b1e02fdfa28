"""The rules every kata keeps, and that a violation of each is found and explained."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.kit.judge import contract, rules
from graders.kit.judge.katas import find
from tests.tiny import NAME, RIGHT, ROOT, SOLUTION, WRONG, Workspace, tiny

KATAS = find(ROOT)


@pytest.fixture
def workspace(tmp_path: Path) -> Workspace:
    return tiny(tmp_path)


def test_there_are_katas():
    """The workspace is not empty."""
    assert len(KATAS) >= 7


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_every_kata_is_all_there(kata):
    """Exercise, solution, wrong answers and right ones stand under one name."""
    assert rules.missing(kata) == []
    assert kata.wrong
    assert len(kata.right) >= rules.FEWEST_RIGHT


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_stub_and_reference_have_the_same_names(kata):
    """What the learner is given to fill in is what is graded, word for word."""
    stub = contract.read(kata.exercise)

    assert {name: stub.get(name) for name in contract.read(kata.solution)} == contract.read(
        kata.solution
    )


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_reference_is_short(kata):
    """At most forty lines of code beside its docstring."""
    text = kata.solution.read_text().rpartition('"""')[2]

    assert len([line for line in text.splitlines() if line.strip()]) <= 40


def test_no_file_is_an_orphan():
    """Nothing lies in the katas' folders that belongs to none."""
    assert list(rules.orphans(ROOT)) == []


def test_a_sound_workspace_keeps_every_rule(workspace):
    """Exit status 0, and a line that counts what was proved."""
    done = workspace.command("solutions")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 answers, 40 verdicts" in done.stdout
    assert "every rule holds" in done.stdout


GRADER = f"graders/{NAME}.py"

VIOLATIONS = {
    "stub_answers": (
        lambda w: w.replace(f"exercises/{NAME}.py", "raise NotImplementedError", "return 2 * n"),
        "the stub earns as much as the reference",
    ),
    "wrong_passes": (
        lambda w: w.write(f"tests/wrong/{NAME}/waits.py", SOLUTION),
        f"tests/wrong/{NAME}/waits.py passes test_at_once, which claims to catch it",
    ),
    "wrong_fails_more": (
        lambda w: w.write(f"tests/wrong/{NAME}/waits.py", WRONG["waits"].replace("2 * n", "n")),
        f"tests/wrong/{NAME}/waits.py also fails test_twice (it was",
    ),
    "unclaimed": (
        lambda w: w.write(f"tests/wrong/{NAME}/other.py", WRONG["adds_two"]),
        f"no check claims tests/wrong/{NAME}/other.py",
    ),
    "unproved": (
        lambda w: (w.root / f"tests/wrong/{NAME}/waits.py").unlink(),
        f"test_at_once catches 'waits': write tests/wrong/{NAME}/waits.py",
    ),
    "catches_nothing": (
        lambda w: w.replace(GRADER, '@pytest.mark.catches("waits")\n', ""),
        "test_at_once catches nothing",
    ),
    "right_fails": (
        lambda w: w.write(f"tests/right/{NAME}/sums.py", RIGHT["sums"].replace("n + n", "n + 9")),
        f"tests/right/{NAME}/sums.py has 4 points: test_twice said: it was",
    ),
    "few_right": (
        lambda w: (w.root / f"tests/right/{NAME}/sums.py").unlink(),
        "1 right answers: put 2 or more",
    ),
    "points": (
        lambda w: w.replace(GRADER, "points(4)", "points(5)"),
        "its checks are worth 11 points together: make that 10",
    ),
    "worthless": (
        lambda w: w.replace(GRADER, "points(4)", "points(0)"),
        "test_twice is worth nothing",
    ),
    "hint": (
        lambda w: w.replace(GRADER, "much.\n\n    What?", "much."),
        "test_twice has 2 steps of hint",
    ),
    "silent": (
        lambda w: w.replace(GRADER, '.leaks, f"{seen.leaks[0].call} was left"', ".leaks"),
        "asserts without a message",
    ),
    "few_checks": (
        lambda w: w.write(
            GRADER, (w.root / GRADER).read_text().rpartition("@pytest.mark.points")[0]
        ),
        "4 checks: a rubric has 5 to 8",
    ),
    "long_brief": (
        lambda w: w.replace(f"exercises/{NAME}.py", "- `await", "\n" * 20 + "- `await"),
        "the brief has",
    ),
    "no_command": (
        lambda w: w.replace(f"exercises/{NAME}.py", "nox -s grade -- k101", "Good luck!"),
        "the brief does not end with the command",
    ),
    "stray_exercise": (lambda w: w.write("exercises/k102_other.py", ""), "belongs to no grader"),
    "stray_folder": (lambda w: w.write("tests/wrong/k102_other/x.py", ""), "belongs to no grader"),
    "no_exercise": (
        lambda w: (w.write("graders/k102_other.py", ""), w.write("solutions/k102_other.py", "")),
        "k102_other: there is no exercises/k102_other.py: write it",
    ),
}


@pytest.mark.parametrize("name", VIOLATIONS)
def test_a_violation_is_found_and_explained(workspace, name):
    """Exit status 1, and a sentence that names the fault and what to do."""
    violate, sentence = VIOLATIONS[name]
    violate(workspace)

    done = workspace.command("solutions")

    assert sentence in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        (f"solutions/{NAME}.py", SOLUTION.replace("2 * n", "n"), "does not pass its own grader"),
        (f"tests/wrong/{NAME}/adds_two.py", SOLUTION, "is wrong, and passes"),
        (GRADER, "import nonesuch\n", "does not run (ModuleNotFoundError: No module named"),
    ],
)
def test_a_machine_that_cannot_judge_says_so_first(workspace, path, text, sentence):
    """The self-test at the start: exit status 2, and not a word of proofs."""
    workspace.write(path, text)

    done = workspace.command("solutions")

    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert done.stdout == ""
