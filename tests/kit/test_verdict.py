"""A verdict is a function of records: the same ones give the same outcome, words and line."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from graders.kit.judge import verdict
from graders.kit.judge.katas import Kata, Submission
from graders.kit.judge.rubric import CheckSpec, Rubric, Scenario, Skipped
from graders.kit.judge.score import CheckResult, KataResult
from graders.kit.judge.verdict import Observe, ReferenceFailed, ScenarioFailed
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.plain import ExceptionData
from graders.kit.shared.record import Finding, Record
from graders.kit.shared.values import Raised
from tests.kit import judging
from tests.tiny import NAME, tiny

Check = Callable[[Observe], Awaitable[None]]


async def scenario(kata: Any) -> Any:
    """Is never run: its record is there."""


async def other(kata: Any) -> Any:
    """Is never run either."""


@dataclass
class Kept:
    """Records that are there already, by the name of their scenario."""

    records: dict[str, Record] = field(default_factory=dict)

    async def record(self, scenario: Scenario) -> Record:
        if scenario.__name__ not in self.records:
            raise JudgeFault(f"no record of {scenario.__name__}")
        return self.records[scenario.__name__]


def kept(**fields: Any) -> Kept:
    return Kept({"scenario": Record("scenario", **fields)})


@pytest.fixture
def kata(tmp_path: Path) -> Kata:
    return judging.kata("k101", tiny(tmp_path).root)


Grade = Callable[..., Awaitable[KataResult]]


@pytest.fixture
def grade(kata: Kata) -> Grade:
    """Grades on some checks, by name; the submission is `learner.py`."""

    async def graded(
        own: Kept,
        reference: Kept | None = None,
        *,
        fault: str | None = None,
        **checks: Check | None,
    ) -> KataResult:
        specs = [CheckSpec(name, "It is so.", (), 2, call) for name, call in checks.items()]
        submission = Submission(kata, kata.root / "answers" / "learner.py")
        rubric = Rubric(kata, tuple(specs), (scenario, other), fault)
        return await verdict.grade(rubric, submission, own, reference or Kept())

    return graded


async def is_42(observe: Observe) -> None:
    seen = await observe(scenario)
    assert seen.result == 42, f"it was {seen.result!r}"


async def only(grade: Grade, own: Kept, check: Check, reference: Kept | None = None) -> CheckResult:
    [result] = (await grade(own, reference, test=check)).checks
    return result


# --- outcomes --------------------------------------------------------------------------------


async def test_a_check_that_says_nothing_is_passed(grade):
    """It has no message, no line, no findings and no output to show."""
    result = await grade(kept(result=42, output="hm"), test=is_42)

    [check] = result.checks
    assert (check.outcome, check.message, check.where) == ("passed", "", None)
    assert (check.findings, check.printed) == ([], "")
    assert (result.outcome, result.points, result.fault) == ("passed", 2, None)
    assert result.submission == "answers/learner.py"


async def test_a_check_that_is_not_met_fails_with_its_own_words(grade):
    """Without pytest's account of the assertion; and with what was printed, the end of it."""

    async def check(observe: Observe) -> None:
        await observe(scenario)
        raise AssertionError("it was 41\nassert 41 == 42\n +  where 41 = ...")

    failed = await only(grade, kept(output="x" * 3000 + "end"), check)

    assert (failed.outcome, failed.message) == ("failed", "it was 41")
    assert failed.printed == "x" * 1997 + "end"


@pytest.mark.parametrize(
    ("outcome", "shown", "ran"),
    [("raised", "failed", True), ("timeout", "timeout", True), ("unusable", "failed", False)],
)
async def test_a_scenario_that_did_not_end_fails_the_check(grade, outcome, shown, ran):
    """With the record's own sentence and line. What could not be used at all did not run."""
    own = kept(outcome=outcome, message="it was so", line=7)

    check = await only(grade, own, is_42)

    assert (check.outcome, check.message, check.where, check.ran) == (
        shown, "it was so", "learner.py:7", ran,
    )  # fmt: skip


async def test_a_scenario_whose_line_is_not_known_has_none(grade):
    """A process that was killed, for instance."""
    check = await only(grade, kept(outcome="raised", message="it was killed"), is_42)

    assert (check.outcome, check.where) == ("failed", None)


async def test_a_check_that_does_not_apply_is_skipped(grade):
    """It earns nothing, and that is not a fault."""

    async def check(observe: Observe) -> None:
        raise Skipped("not on this system")

    result = await grade(kept(), test=check)

    assert (result.checks[0].outcome, result.checks[0].message) == ("skipped", "not on this system")
    assert (result.outcome, result.fault) == ("failed", None)


# --- whose fault it is -----------------------------------------------------------------------


async def first_of_result(observe: Observe) -> None:
    seen = await observe(scenario)
    assert seen.result[0] == 42


async def test_a_check_that_breaks_on_an_answer_is_the_answers_failure(grade):
    """Where the same check does well on the reference."""
    check = await only(grade, kept(result=7), first_of_result, kept(result=[42]))

    assert check.outcome == "failed"
    assert check.message.startswith("what came back could not be checked (TypeError: ")


async def test_a_check_that_breaks_on_the_reference_too_is_a_fault(grade):
    """The kata is not graded, whoever wrote the answer."""
    result = await grade(kept(result=7), kept(result=7), test=first_of_result)

    assert result.checks[0].outcome == "error"
    assert result.outcome == "error"
    assert result.fault is not None
    assert result.fault.startswith("test is broken: TypeError: ")


BROKE = ExceptionData("KeyError", "'x'", ("KeyError", "Exception"))


async def test_a_scenario_that_raises_below_no_line_of_the_answer_is_tried_on_the_reference(grade):
    """If it does well there, the answer's is the blame, in the record's words; if not, ours."""
    own = kept(outcome="raised", message="it raised KeyError: 'x'", error=BROKE)

    blamed = await only(grade, own, is_42, kept(result=42))
    broken = await grade(own, own, test=is_42)

    assert (blamed.outcome, blamed.message) == ("failed", "it raised KeyError: 'x'")
    assert broken.fault == "test is broken: it raised KeyError: 'x'"


async def test_a_fault_is_told_once_and_takes_the_whole_kata(grade):
    """The first one is the kata's; checks that could be run keep their outcome."""

    async def faulty(observe: Observe) -> None:
        await observe(other)

    result = await grade(kept(result=42), test_a=is_42, test_b=faulty, test_c=faulty)

    assert [check.outcome for check in result.checks] == ["passed", "error", "error"]
    assert result.checks[2].message == "no record of other"
    assert result.fault == "no record of other"
    assert (result.outcome, result.points, result.not_graded) == ("error", 0, 6)


async def test_a_grader_that_has_a_fault_keeps_it(grade):
    """It has no checks, or some that cannot be run."""
    result = await grade(kept(), fault="k101_tiny.py does not run", test=None)

    assert result.fault == "k101_tiny.py does not run"
    assert result.checks[0].message == "test cannot be run"


@pytest.mark.parametrize("kind", [asyncio.CancelledError, KeyboardInterrupt])
async def test_whoever_stops_the_run_is_heard(grade, kind):
    """A check cannot turn that into a verdict."""

    async def check(observe: Observe) -> None:
        raise kind

    with pytest.raises(kind):
        await grade(kept(), test=check)


async def test_an_exit_in_a_check_is_no_way_out(grade):
    """Nor any other exception that is no `Exception`."""

    async def check(observe: Observe) -> None:
        raise SystemExit("enough")

    result = await grade(kept(), test=check)

    assert result.fault == "test is broken: SystemExit: enough"


# --- what a check asks -----------------------------------------------------------------------


async def test_observe_gives_the_records_and_remembers_the_submissions():
    """The reference's are for comparing, and none of what the submission did."""
    observe = Observe(kept(result=1), kept(result=2))

    assert (await observe(scenario)).result == 1
    assert (await observe.reference(scenario)).result == 2
    assert [record.result for record in observe.seen] == [1]


async def test_observe_raises_where_a_scenario_did_not_end():
    """The submission's own failure, or a fault if it is the reference's."""
    observe = Observe(
        kept(outcome="timeout", message="it waits"), kept(outcome="raised", message="x")
    )

    with pytest.raises(ScenarioFailed, match="it waits") as caught:
        await observe(scenario)
    assert caught.value.record is observe.seen[0]
    with pytest.raises(ReferenceFailed, match="the reference fails in scenario: x"):
        await observe.reference(scenario)


async def test_a_reference_that_fails_is_a_fault(grade):
    """Nothing can be compared with it."""

    async def check(observe: Observe) -> None:
        assert await observe(scenario) == await observe.reference(scenario)

    result = await grade(kept(), kept(outcome="raised", message="x"), test=check)

    assert result.fault == "the reference fails in scenario: x"


# --- what a learner is shown -------------------------------------------------------------------

SLEEP = Finding("blocking", "sleep", "time.sleep", "learner.py", 3, 60.0)
LEAK = Finding("leak", "task", "worker", "learner.py", 9)


async def assert_free(observe: Observe) -> None:
    (await observe(scenario)).assert_free()


async def test_a_finding_is_shown_once_with_its_line(grade):
    """Where it is, is said beside the message and not in it."""
    own = kept(blocking=[SLEEP], leaks=[LEAK])

    check = await only(grade, own, assert_free)

    assert check.message == "time.sleep held the event loop for 60 s"
    assert check.where == "learner.py:3"
    assert check.findings == [SLEEP, LEAK]


async def test_findings_of_several_scenarios_are_shown_once_each(grade):
    """A check may ask for the same scenario twice."""

    async def check(observe: Observe) -> None:
        await observe(scenario)
        await observe(other)
        (await observe(scenario)).assert_free()

    records = {
        "scenario": Record("scenario", blocking=[SLEEP], notes=["line 1 printed"]),
        "other": Record("other", leaks=[LEAK], notes=["line 1 printed", "line 2 printed"]),
    }
    result = await grade(Kept(records), test=check)

    assert result.checks[0].findings == [SLEEP, LEAK]
    assert result.notes == ["line 1 printed", "line 2 printed"]


PLACES = {
    "the finding that is told of": (
        {"blocking": [SLEEP], "leaks": [LEAK], "lines": {"f": 5}},
        "`worker` was left",
        "learner.py:9",
    ),
    "the exception that is told of": (
        {"result": [Raised(ExceptionData("KeyError", "'x'", (), "learner.py", 4)), 1]},
        "it was to return, and raised KeyError: 'x'",
        "learner.py:4",
    ),
    "the exception that is told of last": (
        {
            "result": [
                Raised(ExceptionData("OSError", "no", (), "learner.py", 4)),
                Raised(ExceptionData("KeyError", "'x'", (), "learner.py", 6)),
            ]
        },
        "after OSError: no, it raised KeyError: 'x'",
        "learner.py:6",
    ),
    "the function used last": ({"lines": {"f": 5, "g": 8}}, "it was 41", "learner.py:8"),
    "nothing": ({}, "it was 41", None),
}


@pytest.mark.parametrize("name", PLACES)
async def test_the_line_to_look_at_is_of(grade, name):
    """What the message tells of, else of the function that was used last."""
    fields, message, where = PLACES[name]

    async def check(observe: Observe) -> None:
        await observe(scenario)
        raise AssertionError(message)

    assert (await only(grade, kept(**fields), check)).where == where


async def test_no_text_of_a_submission_reaches_the_report_as_a_control_sign(grade):
    """Neither in a message, nor in a fault."""

    async def check(observe: Observe) -> None:
        await observe(scenario)
        raise AssertionError("\x1b[2J\ud800")

    async def faulty(observe: Observe) -> None:
        raise JudgeFault("\x1b[2J")

    result = await grade(kept(), test_a=check, test_b=faulty)

    for text in (result.checks[0].message, result.checks[1].message, str(result.fault)):
        assert text.isprintable()
        text.encode()


async def test_a_misconception_is_named_only_where_the_kata_was_graded(grade):
    """The tiny kata knows a wrong answer that fails `test_at_once` alone."""
    mistaken = await grade(kept(result=41), test_at_once=is_42)
    faulty = await grade(kept(result=41), fault="broken", test_at_once=is_42)

    assert mistaken.checks[0].misconception == "waits"
    assert faulty.checks[0].misconception is None


assert NAME
