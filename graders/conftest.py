"""The door: the only place where pytest meets the kit.

Markers become checks, outcomes become the score, and the `observe` fixture
leads from a check to the record of a scenario. `pytest graders/k110_first_coroutine.py`
grades `exercises/` (or `--of` another folder); `python -m graders` does the
same with a report of its own.
"""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import AsyncIterator, Generator, Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import pytest_asyncio

from graders.kit.judge import databases
from graders.kit.judge.grading import Grading, exercises
from graders.kit.judge.judge import Judge, Scenario, Seen, Submission
from graders.kit.judge.katas import find
from graders.kit.judge.score import Check, rubric
from graders.kit.shared.record import Finding, Record, raised

ROOT = Path(__file__).parents[1]
GRADING = pytest.StashKey[Grading]()
CHECK = pytest.StashKey[Check]()
PRINTED = 2000
"""Characters of what a submission printed that a report shows: the last ones."""


class Unmet(AssertionError):
    """The scenario never came to its end, so there is nothing to check."""

    def __init__(self, seen: Seen) -> None:
        super().__init__(seen.message)
        self.line = seen.line
        self.ran = seen.outcome != "unusable"
        self.outcome = "timeout" if seen.outcome == "timeout" else "failed"
        if seen.error is not None and seen.line is None:
            # It came from the scenario, or from the kit: the reference will show whose fault it is.
            self.outcome = "error"


class Observe:
    """`seen = await observe(scenario)`: what the scenario saw of the submission.

    `await observe.reference(scenario)` is what it saw of the reference, with
    the same drawn inputs.
    """

    def __init__(self, judge: Judge, submission: Submission) -> None:
        self._judge = judge
        self._submission = submission
        self.seen: list[Record] = []

    async def __call__(self, scenario: Scenario) -> Record:
        __tracebackhide__ = True  # plain pytest shows the check, which is what was not met
        seen = await asyncio.shield(self._judge.observe(self._submission, scenario))
        self.seen.append(seen.record)
        if seen.outcome != "done":
            raise Unmet(seen)
        return seen.record

    async def reference(self, scenario: Scenario) -> Record:
        kata = self._submission.kata
        seen = await asyncio.shield(self._judge.observe(Submission(kata, kata.solution), scenario))
        if seen.outcome != "done":
            raise RuntimeError(f"the reference of {kata.name} fails here: {seen.message}")
        return seen.record


# --- fixtures ------------------------------------------------------------------------


@pytest_asyncio.fixture(scope="session")
async def judge(request: pytest.FixtureRequest) -> AsyncIterator[Judge]:
    """Drives the children. Every scenario of the run is under way at once, a few at a time."""
    grading = request.config.stash[GRADING]
    judge = grading.judge()
    for module in dict.fromkeys(item.getparent(pytest.Module) for item in request.session.items):
        if module is not None:
            for submission in grading.of(module.path.stem):
                for scenario in scenarios(module.obj):
                    judge.observe(submission, scenario)
    yield judge
    grading.timings |= judge.spent
    grading.witness = judge.witness.source
    await judge.close()


@pytest.fixture
def submission(request: pytest.FixtureRequest) -> Submission:
    """Whose answer is graded. Several submissions are several runs of each check."""
    found: Submission = request.param
    return found


@pytest.fixture
def observe(judge: Judge, submission: Submission) -> Observe:
    """Has a scenario run on the submission, and gives its record."""
    return Observe(judge, submission)


def scenarios(module: ModuleType) -> Iterator[Scenario]:
    """The module's functions whose first parameter is `kata`."""
    for value in vars(module).values():
        own = inspect.isfunction(value) and value.__module__ == module.__name__
        if own and next(iter(inspect.signature(value).parameters), None) == "kata":
            yield value


# --- hooks ---------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--of", default="exercises", help="the folder to grade (default: exercises)")
    parser.addoption("--seed", type=int, help="draw the inputs of an earlier run again")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "points(n): what the check is worth")
    config.addinivalue_line("markers", "catches(name, ...): wrong answers that must fail it")
    given = [p for p in config.pluginmanager.get_plugins() if isinstance(p, Grading)]
    if given:
        config.stash[GRADING] = given[0]
        return
    folder = Path(config.getoption("--of"))
    config.stash[GRADING] = Grading(exercises(find(ROOT), ROOT / folder))
    if config.getoption("--seed") is not None:
        config.stash[GRADING].seed = config.getoption("--seed")


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "observe" in metafunc.fixturenames:
        found = metafunc.config.stash[GRADING].of(metafunc.module.__name__.rsplit(".", 1)[-1])
        metafunc.parametrize("submission", found, indirect=True, ids=lambda s: s.label)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    report = yield
    if report.failed:
        last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
        collector.config.stash[GRADING].faults.append(f"{collector.name} does not run ({last})")
    return report


def pytest_sessionfinish(session: pytest.Session) -> None:
    session.config.stash[GRADING].lap("checks")


def pytest_collection_finish(session: pytest.Session) -> None:
    grading = session.config.stash[GRADING]
    grading.lap("collection")
    graded = [
        item
        for item in session.items
        if isinstance(item, pytest.Function) and "observe" in item.fixturenames
    ]
    for item in graded:
        item.stash[CHECK] = _check(item)
        grading.expect(_graded(item), item.stash[CHECK])
    if graded and not session.config.option.collectonly:
        grading.warm_up(_graded(item).kata for item in graded)


def _graded(item: pytest.Item) -> Submission:
    found: Submission = item.callspec.params["submission"]  # type: ignore[attr-defined]
    return found


def _check(item: pytest.Function) -> Check:
    claim, hint = rubric(item.function.__doc__)
    points = item.get_closest_marker("points")
    catches = item.get_closest_marker("catches")
    return Check(
        check=item.originalname,
        claim=claim,
        max_points=int(points.args[0]) if points else 0,
        catches=tuple(catches.args) if catches else (),
        hint=hint,
    )


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[Any]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    check = item.stash.get(CHECK, None)
    if check is None or (call.when == "teardown" and call.excinfo is None):
        return report
    check.seconds += call.duration
    if call.when == "call" or call.excinfo is not None:
        grading = item.config.stash[GRADING]
        _settle(check, item, call.excinfo, grading)
        if grading.progress:
            grading.progress(check)
    return report


def _settle(
    check: Check, item: pytest.Item, excinfo: pytest.ExceptionInfo[Any] | None, grading: Grading
) -> None:
    """The check's outcome, in words for whoever wrote the submission."""
    observe = item.funcargs.get("observe")  # type: ignore[attr-defined]
    records: list[Record] = observe.seen if observe else []
    file = _graded(item).path.name
    check.notes = [note for record in records for note in record.notes]
    error = excinfo.value if excinfo else None
    if error is None:
        check.outcome, check.message = "passed", ""
        return
    # Before pytest's own account of the assertion, which is nothing to a learner.
    check.message = str(error).split("\nassert ")[0]
    check.printed = records[-1].output[-PRINTED:] if records else ""
    check.findings = list(dict.fromkeys(f for record in records for f in record.findings))
    match error:
        case Unmet():
            check.outcome, check.ran = error.outcome, error.ran
            check.where = f"{file}:{error.line}" if error.line else None
        case AssertionError() | pytest.fail.Exception():
            check.outcome = "failed"
            check.where = _blamed(check.message, check.findings, records, file)
        case pytest.skip.Exception():
            check.outcome = "skipped"
        case _:
            check.outcome = "error"
            if databases.unavailable(error):
                grading.faults.append(str(error))
    if check.outcome == "error" and not (isinstance(error, Unmet) or databases.unavailable(error)):
        check.message = f"{type(error).__name__}: {check.message}"


def _blamed(message: str, findings: list[Finding], records: list[Record], file: str) -> str | None:
    """The line to look at: of what the message tells of, else of the function used last."""
    told = [finding.where for finding in findings if finding.file and finding.call in message]
    errors = [error for record in records for error in raised(record.result) if error.file]
    errors.sort(key=lambda error: message.rfind(str(error)), reverse=True)
    told += [f"{error.file}:{error.line}" for error in errors if str(error) in message]
    lines = [f"{file}:{line}" for record in records for line in record.lines.values()]
    return next(iter([*told, *lines[::-1]]), None)
