"""The rules every kata keeps, and that a violation of each is found and explained."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from graders.kit.judge import rules
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


def test_no_file_is_an_orphan():
    """Nothing lies in the katas' folders that belongs to none."""
    assert list(rules.orphans(ROOT)) == []


def test_a_sound_workspace_keeps_every_rule(workspace):
    """Exit status 0, and a line that counts what was proved."""
    done = workspace.run("solutions")

    assert done.returncode == 0, done.stdout + done.stderr
    assert "8 answers, 40 verdicts" in done.stdout
    assert "every rule holds" in done.stdout


GRADER = f"graders/{NAME}.py"
EXERCISE_FILE = f"exercises/{NAME}.py"
SOLUTION_FILE = f"solutions/{NAME}.py"
ADDS_TWO = f"tests/wrong/{NAME}/adds_two.py"
WAITS = f"tests/wrong/{NAME}/waits.py"

VIOLATIONS = {
    "stub_answers": (
        lambda w: w.replace(f"exercises/{NAME}.py", "raise NotImplementedError", "return 2 * n"),
        "the stub earns as much as the reference",
    ),
    "wrong_passes": (
        lambda w: w.replace(WAITS, "    await asyncio.sleep(1)\n", ""),
        f"{WAITS} passes test_at_once, which it says it fails: sharpen the check",
    ),
    "wrong_fails_more": (
        lambda w: w.replace(WAITS, "2 * n", "n"),
        f"{WAITS} also fails test_twice (it was",
    ),
    "says_nothing": (
        lambda w: w.write(WAITS, WRONG["waits"].rpartition('"""')[2]),
        f"{WAITS} names no check: add a line `Fails: test_...`",
    ),
    "says_no_mistake": (
        lambda w: w.write(WAITS, WRONG["waits"].rpartition('"""')[2]),
        f"{WAITS} does not say what is wrong",
    ),
    "unknown_check": (
        lambda w: w.replace(WAITS, "test_at_once", "test_at_once, test_later"),
        f"{WAITS} names test_later, which is no check of {GRADER}: correct it",
    ),
    "named_twice": (
        lambda w: w.replace(WAITS, "test_at_once", "test_at_once\nAlso fails: test_at_once"),
        f"{WAITS} names test_at_once in `Fails:` and in `Also fails:`",
    ),
    "unproved": (
        lambda w: (w.root / WAITS).unlink(),
        "no wrong answer has test_at_once in its `Fails:`: put one that makes the mistake",
    ),
    "only_taken_along": (
        lambda w: w.replace(WAITS, "Fails: test_at_once", "Also fails: test_at_once"),
        "no wrong answer has test_at_once in its `Fails:`",
    ),
    "long_reference": (
        lambda w: w.write(SOLUTION_FILE, SOLUTION + "\n\nx = 1" * 39),
        "the reference has 41 lines of code",
    ),
    "stub_lacks_a_name": (
        lambda w: w.write(SOLUTION_FILE, SOLUTION + "\n\ndef triple(n):\n    return 3 * n\n"),
        "the stub has no `triple`: add it, or call it `_triple` in the reference",
    ),
    "stub_lacks_a_method": (
        lambda w: [
            w.write(SOLUTION_FILE, SOLUTION + "\n\nclass Pool:\n    def get(self): ...\n"),
            w.replace(EXERCISE_FILE, "async def", "class Pool:\n    pass\n\n\nasync def"),
        ],
        "the stub has no `Pool.get`: add it, or call it `_get` in the reference",
    ),
    "reference_lacks_a_name": (
        lambda w: w.replace(EXERCISE_FILE, "async def", "def triple(n): ...\n\n\nasync def"),
        "the reference has no `triple`, which the stub has",
    ),
    "another_signature": (
        lambda w: w.replace(EXERCISE_FILE, "(n: int)", "(m: int)"),
        "the stub says `async def double(m: int) -> int`, the reference "
        "`async def double(n: int) -> int`: write both the same",
    ),
    "right_fails": (
        lambda w: w.write(f"tests/right/{NAME}/sums.py", RIGHT["sums"].replace("n + n", "n + 9")),
        f"tests/right/{NAME}/sums.py has 4 points: test_twice said: it was",
    ),
    "few_right": (
        lambda w: (w.root / f"tests/right/{NAME}/sums.py").unlink(),
        "1 right answers: put 2 or more",
    ),
    "right_copies": (
        lambda w: w.write(f"tests/right/{NAME}/sums.py", f'"""Sums."""\n\n{SOLUTION}  # so\n'),
        f"tests/right/{NAME}/sums.py is the reference still: solve the kata in another way",
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
        lambda w: w.replace(GRADER, "much.\n\n    - What?", "much.\n"),
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
        lambda w: w.replace(f"exercises/{NAME}.py", "- `await", "\n" * 30 + "- `await"),
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

    done = workspace.run("solutions")

    assert sentence in done.stdout, done.stdout + done.stderr
    assert done.returncode == 1


@pytest.mark.parametrize(
    ("path", "text", "sentence"),
    [
        (f"solutions/{NAME}.py", SOLUTION.replace("2 * n", "n"), "does not pass its own grader"),
        (ADDS_TWO, WRONG["adds_two"].replace("n + 2", "2 * n"), "is wrong, and passes"),
        (GRADER, "import nonesuch\n", "does not run (ModuleNotFoundError: No module named"),
    ],
)
def test_a_machine_that_cannot_judge_says_so_first(workspace, path, text, sentence):
    """The self-test at the start: exit status 2, and not a word of proofs."""
    workspace.write(path, text)

    done = workspace.run("solutions")

    assert done.returncode == 2, done.stdout + done.stderr
    assert sentence in done.stderr
    assert done.stdout == ""


def test_seeds_are_proved_one_after_the_other(workspace):
    """A rule that one seed breaks is broken, and the violation says by which."""
    workspace.replace(
        f"tests/right/{NAME}/sums.py", "return n + n", "return n + (3 if n == 3 else n + n % 2)"
    )

    done = workspace.run("solutions", "--seed", "7", "--seeds", "4")

    assert done.returncode == 1, done.stdout + done.stderr
    assert "32 answers, 160 verdicts, seeds 7 to 10: " in done.stdout
    assert "sums.py has " in done.stdout
    assert "(seed " in done.stdout


def test_a_difference_is_the_lesson(workspace):
    """`--diff NAME` shows what tells that answer from the reference, and runs nothing."""
    done = workspace.run("solutions", "--diff", "waits")

    assert done.returncode == 0, done.stderr
    assert "+    await asyncio.sleep(1)" in done.stdout.splitlines()
    assert f"--- solutions/{NAME}.py" in done.stdout.splitlines()


def test_a_difference_of_nothing_is_a_usage_error(workspace):
    """It names what is near."""
    done = workspace.run("solutions", "--diff", "wait")

    assert done.returncode == 2
    assert "no wrong or right answer is called 'wait': try waits" in done.stderr


@pytest.mark.parametrize("kata", KATAS, ids=lambda kata: kata.name)
def test_a_wrong_answer_speaks_plainly(kata):
    """Its first line is one line, and has no code such as RT1 that is explained nowhere."""
    for path in kata.wrong:
        mistake = path.read_text().partition("\n")[0]
        assert mistake.endswith("."), path
        assert not re.search(r"\b[A-Z]{2}\d+\b", mistake), path
