"""From records to a verdict: runs a grader's checks on what its scenarios saw of one submission.

Nothing is run here but checks, which are ours. Whether the records come from children that run
right now or from a file makes no difference: a verdict is a function of records.
"""

from __future__ import annotations

import asyncio
import time
from typing import Protocol

from graders.kit.judge.katas import Submission
from graders.kit.judge.rubric import CheckSpec, Rubric, Scenario, Skipped
from graders.kit.judge.score import CheckResult, KataResult
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.record import Finding, Record
from graders.kit.shared.text import printable
from graders.kit.shared.values import exceptions

PRINTED = 2000
"""Characters of what a submission printed that a report shows: the last ones."""


class Records(Protocol):
    """What the scenarios of one kata saw of one submission."""

    async def record(self, scenario: Scenario) -> Record:
        """Of one scenario; raises `JudgeFault`."""


class ScenarioFailed(AssertionError):
    """The scenario never came to its end, so there is nothing to check; the record says why."""

    def __init__(self, record: Record) -> None:
        super().__init__(record.message)
        self.record = record


class ReferenceFailed(JudgeFault):
    """The reference does not come to the end of a scenario that a check compares it on."""


class Observe:
    """`seen = await observe(scenario)`: what the scenario saw of the submission.

    `await observe.reference(scenario)` is what it saw of the reference, with
    the same drawn inputs.
    """

    def __init__(self, own: Records, reference: Records) -> None:
        self._own = own
        self._reference = reference
        self.seen: list[Record] = []
        """The submission's records, in the order in which they were asked for."""

    async def __call__(self, scenario: Scenario) -> Record:
        __tracebackhide__ = True  # plain pytest shows the check, which is what was not met
        record = await self._own.record(scenario)
        self.seen.append(record)
        if record.outcome != "done":
            raise ScenarioFailed(record)
        return record

    async def reference(self, scenario: Scenario) -> Record:
        record = await self._reference.record(scenario)
        if record.outcome != "done":
            raise ReferenceFailed(f"the reference fails in {scenario.__name__}: {record.message}")
        return record


async def grade(
    rubric: Rubric, submission: Submission, own: Records, reference: Records
) -> KataResult:
    """Runs every check. Raises nothing: what goes wrong on our side is the result's `fault`."""
    kata = rubric.kata
    result = KataResult(
        kata.name, printable(submission.label), fault=rubric.fault, path=submission.path
    )
    result.checks = [CheckResult(spec) for spec in rubric.checks]
    for check in result.checks:
        observe = Observe(own, reference)
        began = time.perf_counter()
        try:
            await _decide(check, observe, submission.path.name)
            if check.outcome == "error":
                await _recheck(check, Observe(reference, reference))
        except JudgeFault as error:
            check.outcome, check.message = "error", printable(str(error))
            result.fault = result.fault or check.message
        check.seconds = time.perf_counter() - began
        result.notes += [n for record in observe.seen for n in record.notes]
    result.notes = list(dict.fromkeys(result.notes))
    if result.outcome == "failed":
        result.diagnose(rubric.wrong)
    return result


async def _decide(check: CheckResult, observe: Observe, file: str) -> None:
    """Runs a check, and puts its outcome in words for whoever wrote the submission.

    The outcome `error` is left for what may be the grader's own mistake. Raises `JudgeFault`.
    """
    error = await _raised(check.spec, observe)
    if error is None:
        check.outcome, check.message = "passed", ""
        return
    check.printed = observe.seen[-1].output[-PRINTED:] if observe.seen else ""
    check.findings = list(dict.fromkeys(f for record in observe.seen for f in record.findings))
    # Before pytest's own account of the assertion, which is nothing to a learner.
    check.message = printable(str(error).split("\nassert ")[0])
    match error:
        case ScenarioFailed(record=record):
            check.outcome = "timeout" if record.outcome == "timeout" else "failed"
            check.ran = record.outcome != "unusable"
            check.where = f"{file}:{record.line}" if record.line else None
            if record.inconclusive:
                check.outcome = "error"
        case AssertionError():
            check.outcome = "failed"
            check.where = _place(check.message, check.findings, observe.seen, file)
            # A report shows each finding with its circumstances; once is enough.
            for finding in check.findings:
                check.message = check.message.removesuffix(f" ({finding.circumstances})")
        case Skipped():
            check.outcome = "skipped"
        case _:
            check.outcome = "error"
            check.message = f"{type(error).__name__}: {check.message}"


async def _raised(spec: CheckSpec, observe: Observe) -> BaseException | None:
    if spec.call is None:
        raise JudgeFault(f"{spec.name} cannot be run")
    try:
        await spec.call(observe)
    except JudgeFault:
        raise
    except (asyncio.CancelledError, KeyboardInterrupt):
        raise
    except BaseException as error:
        return error
    return None


async def _recheck(check: CheckResult, reference: Observe) -> None:
    """Code of the grader raised while it dealt with what the submission gave. If the same code
    does well on the reference, the submission failed; if not, the grader is broken."""
    error = await _raised(check.spec, reference)
    if error is not None and not isinstance(error, Skipped):
        if isinstance(error, ScenarioFailed):
            raise JudgeFault(f"{check.spec.name} is broken: {error}")
        raise fault(f"{check.spec.name} is broken", error)
    check.outcome = "failed"
    if not check.message.startswith("it raised"):
        check.message = f"what came back could not be checked ({check.message})"


def _place(message: str, findings: list[Finding], records: list[Record], file: str) -> str | None:
    """The line to look at: of what the message tells of, else of the function used last."""
    told = [finding.where for finding in findings if finding.file and finding.call in message]
    errors = [error for record in records for error in exceptions(record.result) if error.file]
    errors.sort(key=lambda error: message.rfind(str(error)), reverse=True)
    told += [f"{error.file}:{error.line}" for error in errors if str(error) in message]
    lines = [f"{file}:{line}" for record in records for line in record.lines.values()]
    return next(iter([*told, *lines[::-1]]), None)
