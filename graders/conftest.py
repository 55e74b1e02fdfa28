"""The door: the only place where pytest meets the kit.

`pytest graders/k110_first_coroutine.py` grades `exercises/` (or `--of` another folder): each
check is a test, and its `observe` fixture leads to what the scenarios saw. `python -m graders`
has pytest read the graders once (`read`), and runs their checks itself, as often as it likes.
"""

from __future__ import annotations

import contextlib
import inspect
import io
import os
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from pathlib import Path
from types import CodeType, ModuleType

import pytest
import pytest_asyncio

from graders.kit.judge.judge import Judge, LiveRecords
from graders.kit.judge.katas import Kata, Submission, find, reference
from graders.kit.judge.rubric import CheckSpec, Rubric, Scenario, Skipped, claim_and_hint
from graders.kit.judge.verdict import Observe

ROOT = Path(__file__).parents[1]


# --- reading graders: `python -m graders` ----------------------------------------------


def read(katas: Sequence[Kata]) -> dict[str, Rubric]:
    """The rubric of each kata, by name. A grader that cannot be read has a `fault`."""
    collected = _Collected()
    options = [
        *("--collect-only", "-q", "--noconftest", "--continue-on-collection-errors"),
        *("-c", os.devnull, "--rootdir", str(ROOT), "--import-mode=importlib"),
        *("-o", "python_files=k*.py", "-p", "no:cacheprovider"),
        *(f"-pno:{name}" for name in ("unraisableexception", "threadexception", "warnings")),
    ]
    said = io.StringIO()
    broke = ""
    with (
        _no_settings_of_others(),
        contextlib.redirect_stdout(said),
        contextlib.redirect_stderr(said),
    ):
        try:
            pytest.main([*options, *(str(kata.grader) for kata in katas)], plugins=[collected])
        except Exception as error:  # pytest itself broke down
            broke = f"{type(error).__name__}: {error}"
    lines = [line.strip() for line in said.getvalue().splitlines() if line.strip()]
    broke = broke or (lines[-1] if lines else "pytest says nothing")
    return {kata.name: collected.rubric(kata, broke) for kata in katas}


@contextlib.contextmanager
def _no_settings_of_others() -> Iterator[None]:
    """What a shell is set up with for other projects must not choose which checks there are."""
    before = dict(os.environ)
    for name in ("PYTEST_ADDOPTS", "PYTEST_PLUGINS"):
        os.environ.pop(name, None)
    os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


class _Collected:
    """A plugin of pytest that keeps what it finds."""

    def __init__(self) -> None:
        self._items: dict[str, list[pytest.Function]] = {}
        self._modules: dict[str, ModuleType] = {}
        self._faults: dict[str, str] = {}

    def pytest_configure(self, config: pytest.Config) -> None:
        pytest_configure(config)

    @pytest.hookimpl(wrapper=True)
    def pytest_make_collect_report(
        self, collector: pytest.Collector
    ) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
        report = yield
        if report.failed:
            last = str(report.longrepr).strip().splitlines()[-1].removeprefix("E").strip()
            self._faults[collector.path.stem] = f"{collector.path.name} does not run ({last})"
        elif isinstance(collector, pytest.Module):
            self._modules[collector.path.stem] = collector.obj
        return report

    def pytest_collection_finish(self, session: pytest.Session) -> None:
        for item in session.items:
            if isinstance(item, pytest.Function) and "observe" in item.fixturenames:
                self._items.setdefault(item.path.stem, []).append(item)

    def rubric(self, kata: Kata, broke: str) -> Rubric:
        """What was found of one kata; `broke` is pytest's last word, should there be nothing."""
        module, items = self._modules.get(kata.name), self._items.get(kata.name, [])
        fault = self._faults.get(kata.name)
        if fault is None and module is None:
            fault = f"{kata.file} does not run ({broke})"
        if fault is None and not items:
            fault = f"graders/{kata.file} has no checks: write `async def test_...(observe)`"
        checks = tuple(_check(item) for item in items)
        found, others = scenarios(module) if module else ([], [])
        return Rubric(kata, checks, tuple(found), fault, tuple(others))


def _check(item: pytest.Function) -> CheckSpec:
    claim, hint = claim_and_hint(item.function.__doc__)
    points = item.get_closest_marker("points")
    return CheckSpec(
        item.name,
        claim,
        hint,
        int(points.args[0]) if points else 0,
        _runnable(item.function),
    )


def _runnable(function: Callable[..., Awaitable[None]]) -> Callable[[Observe], Awaitable[None]]:
    """The check as something that knows nothing of pytest."""

    async def call(observe: Observe) -> None:
        __tracebackhide__ = True
        try:
            await function(observe)
        except pytest.fail.Exception as error:
            raise AssertionError(str(error)) from error
        except pytest.skip.Exception as error:
            raise Skipped(str(error)) from error

    return call


def scenarios(module: ModuleType) -> tuple[list[Scenario], list[Scenario]]:
    """The module's functions whose first parameter is `kata`: those that a check names, and others.

    The first are scenarios, and run ahead of the checks. The others are what scenarios call; or a
    scenario that no check names directly, or not yet, which runs when it is asked for.
    """
    functions = [value for value in vars(module).values() if inspect.isfunction(value)]
    checks = [function for function in functions if function.__name__.startswith("test_")]
    named = {name for check in checks for name in _names(check.__code__)}
    own = [f for f in functions if next(iter(inspect.signature(f).parameters), None) == "kata"]
    return [f for f in own if f.__name__ in named], [f for f in own if f.__name__ not in named]


def _names(code: CodeType) -> Iterator[str]:
    """The names of globals and attributes that code uses, and the code of functions in it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


# --- plain pytest ------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--of", default="exercises", help="the folder to grade (default: exercises)")
    parser.addoption("--seed", type=int, help="draw the inputs of an earlier run again")


def pytest_configure(config: pytest.Config) -> None:
    config.addinivalue_line("markers", "points(n): what the check is worth")


@pytest_asyncio.fixture(scope="session")
async def observers(request: pytest.FixtureRequest) -> AsyncIterator[dict[str, Observe]]:
    """For each grader what its checks get. All scenarios are under way at once, a few at a time."""
    seed = request.config.getoption("--seed")
    seed = random.SystemRandom().randrange(10**6) if seed is None else seed
    folder = ROOT / request.config.getoption("--of")
    items = [item for item in request.session.items if isinstance(item, pytest.Function)]
    modules = {item.path.stem: item.module for item in items}
    katas = [kata for kata in find(ROOT) if kata.name in modules]
    async with Judge(katas, url=os.environ.get("DATABASE_URL")) as judge:
        records: list[LiveRecords] = []
        observing = {}
        for kata in katas:
            own = LiveRecords(judge.observer, Submission(kata, folder / kata.file), seed)
            own.start(scenarios(modules[kata.name])[0])
            of_reference = LiveRecords(judge.observer, reference(kata), seed)
            records += [own, of_reference]
            observing[kata.name] = Observe(own, of_reference)
        yield observing
        for one in records:
            await one.close()


@pytest.fixture
def observe(observers: dict[str, Observe], request: pytest.FixtureRequest) -> Observe:
    """Has a scenario run on the submission, and gives its record."""
    return observers[request.path.stem]
