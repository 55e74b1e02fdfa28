"""Points, outcomes and exit statuses."""

from __future__ import annotations

import pytest

from graders.kit.judge.rubric import CheckSpec, claim_and_hint
from graders.kit.judge.score import CheckResult, KataResult, Results
from graders.kit.reports import wording


def check(outcome: str, points: int = 5) -> CheckResult:
    return CheckResult(CheckSpec("test_x", "claim", (), points, ("name",)), outcome)


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


def test_a_misconception_is_named_only_by_a_failure():
    """A passed check has caught nothing, and a timeout may have any reason."""
    assert check("failed").misconception == "name"
    assert check("passed").misconception is None
    assert check("timeout").misconception is None


def test_a_docstring_is_a_claim_and_steps():
    """Paragraphs, each on one line."""
    claim, hint = claim_and_hint("It is\n    so.\n\n    Why?\n\n    See\n    there.\n    ")

    assert claim == "It is so."
    assert hint == ("Why?", "See there.")
    assert claim_and_hint(None) == ("", ())
