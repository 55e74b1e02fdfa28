"""Points, outcomes and exit statuses."""

from __future__ import annotations

from pathlib import Path

import pytest

from graders.kit.judge.rubric import CheckSpec, WrongAnswer, claim_and_hint, wrong_answer
from graders.kit.judge.score import CheckResult, KataResult, Results
from graders.kit.reports import wording


def check(outcome: str, points: int = 5) -> CheckResult:
    return CheckResult(CheckSpec("test_x", "claim", (), points), outcome)


def kata(*outcomes: str, fault: str | None = None) -> KataResult:
    return KataResult("k", "s", [check(outcome) for outcome in outcomes], fault=fault)


def test_only_a_passed_check_earns_its_points():
    """All or nothing, and the total is there whatever happens."""
    result = KataResult("k", "s", [check(o, 2) for o in ("passed", "failed", "timeout")])

    assert (result.points, result.max_points, result.not_graded) == (2, 6, 0)


def test_a_check_that_never_ran_counts_as_one_that_could_not():
    """Its points stay in the total."""
    result = KataResult("k", "s", [CheckResult(CheckSpec("test_x", "claim", (), 5))])

    assert (result.points, result.max_points, result.outcome) == (0, 5, "error")


def test_a_kata_is_graded_as_a_whole_or_not_at_all():
    """With a fault of ours nothing of it is earned, nothing lost, and the summary says so."""
    results = Results(1, [kata("passed", "passed"), kata("passed", "error", fault="no database")])

    assert (results.points, results.max_points, results.not_graded) == (10, 20, 10)
    assert wording.total(results) == "10 of 20 points, 10 not graded"
    assert results.fault == "no database"


@pytest.mark.parametrize(
    ("katas", "status"),
    [
        ([kata("passed", "passed")], 0),
        ([kata("passed", "failed")], 1),
        ([kata("passed", "timeout")], 1),
        ([kata("passed", "skipped")], 1),
        ([kata("failed", "error")], 2),
        ([kata("passed"), kata("passed", fault="no database")], 2),
        ([kata("failed"), kata("passed", fault="no database")], 2),
        ([kata()], 2),
    ],
)
def test_the_exit_status_tells(katas, status):
    """0 all passed, 1 some did not, 2 something could not be graded, which outranks 1."""
    assert Results(1, katas).status == status


def answers(**fails: str) -> list[WrongAnswer]:
    return [
        WrongAnswer(Path(f"{name}.py"), "Wrong.", tuple(checks.split()), ())
        for name, checks in fails.items()
    ]


def failing(**outcomes: str) -> KataResult:
    checks = [CheckResult(CheckSpec(name, "claim"), outcome) for name, outcome in outcomes.items()]
    return KataResult("k", "s", checks)


def test_a_misconception_is_named_on_each_failed_check():
    """Where one wrong answer fails exactly these checks, whatever their order and outcome."""
    result = failing(a="failed", b="passed", c="timeout")
    result.diagnose(answers(one="a", both="c a", all="a b c"))

    assert [check.misconception for check in result.checks] == ["both", None, "both"]


@pytest.mark.parametrize(
    ("outcomes", "known"),
    [
        ({"a": "passed"}, {"one": "a"}),
        ({"a": "failed", "b": "failed"}, {"one": "a", "other": "b"}),
        ({"a": "failed"}, {"one": "a", "other": "a"}),
        ({"a": "error"}, {"one": "a"}),
    ],
)
def test_a_doubtful_misconception_is_not_named(outcomes, known):
    """None failed, no wrong answer fails these, two do, or it could not be graded."""
    result = failing(**outcomes)
    result.diagnose(answers(**known))

    assert not any(check.misconception for check in result.checks)


def test_what_never_ran_has_no_misconception():
    """A stub fails every check, and makes no mistake."""
    result = failing(a="failed")
    result.checks[0].ran = False
    result.diagnose(answers(one="a"))

    assert result.checks[0].misconception is None


def test_a_docstring_is_a_claim_and_steps():
    """The claim up to the first empty line; then bullets, which may wrap, each on one line."""
    claim, hint = claim_and_hint(
        "It is\n    so.\n\n    - Why - and how?\n    - See\n      there.\n    "
    )

    assert claim == "It is so."
    assert hint == ("Why - and how?", "See there.")
    assert claim_and_hint(None) == ("", ())
    assert claim_and_hint("It is so.\n\n- Why?\n\nNo bullet.\n\n- So.") == (
        "It is so.",
        ("Why?", "So."),
    )


def test_a_wrong_answer_says_what_it_fails(tmp_path):
    """In `Fails:` and `Also fails:`, wrapped or not; a file that says nothing has nothing."""
    path = tmp_path / "waits.py"
    path.write_text(
        '"""Waits.\n\nSo.\n\nFails: test_a,\ntest_b\nAlso fails: test_c\n\ntest_d\n"""\n'
    )

    found = wrong_answer(path)

    assert (found.name, found.mistake) == ("waits", "Waits.")
    assert (found.fails, found.also) == (("test_a", "test_b"), ("test_c",))
    path.write_text("def (")
    assert wrong_answer(path).all_failed == frozenset()
