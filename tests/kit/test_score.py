"""Points, outcomes and exit statuses."""

from __future__ import annotations

import pytest

from graders.kit.judge.score import Check, KataScore, Score, rubric


def check(outcome: str, points: int = 5) -> Check:
    return Check("test_x", "claim", points, ("name",), outcome=outcome)


def test_only_a_passed_check_earns_its_points():
    """All or nothing, and the total is there whatever happens."""
    kata = KataScore("k", "s", [check(o, 2) for o in ("passed", "failed", "error", "timeout")])

    assert (kata.points, kata.max_points) == (2, 8)


def test_a_check_that_never_ran_counts_as_one_that_could_not():
    """Its points stay in the total."""
    kata = KataScore("k", "s", [Check("test_x", "claim", 5)])

    assert (kata.points, kata.max_points, kata.outcome) == (0, 5, "error")


@pytest.mark.parametrize(
    ("outcomes", "fault", "status"),
    [
        (["passed", "passed"], None, 0),
        (["passed", "failed"], None, 1),
        (["passed", "timeout"], None, 1),
        (["passed", "skipped"], None, 1),
        (["failed", "error"], None, 2),
        (["passed", "passed"], "no database", 2),
        ([], None, 2),
    ],
)
def test_the_exit_status_tells(outcomes, fault, status):
    """0 all passed, 1 some did not, 2 something could not be graded."""
    assert Score(1, [KataScore("k", "s", [check(o) for o in outcomes])], fault).status == status


def test_a_misconception_is_named_only_by_a_failure():
    """A passed check has caught nothing, and a timeout may have any reason."""
    assert check("failed").misconception == "name"
    assert check("passed").misconception is None
    assert check("timeout").misconception is None


def test_a_docstring_is_a_claim_and_steps():
    """Paragraphs, each on one line."""
    claim, hint = rubric("It is\n    so.\n\n    Why?\n\n    See\n    there.\n    ")

    assert claim == "It is so."
    assert hint == ["Why?", "See there."]
    assert rubric(None) == ("", [])
