"""The judge: owns what outlives a run, and grades submissions on it, run after run."""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType

from graders.kit.judge import contract, verdict
from graders.kit.judge.child import Launcher
from graders.kit.judge.databases import Databases
from graders.kit.judge.forks import Forks
from graders.kit.judge.katas import Kata, Submission, reference
from graders.kit.judge.kernel_observer import KernelObserver
from graders.kit.judge.observer import Observer
from graders.kit.judge.rubric import Rubric, Scenario
from graders.kit.judge.score import KataResult, Results
from graders.kit.judge.spawns import Spawns
from graders.kit.judge.store import FORMAT, Head, RecordWriter
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.messages import Boot
from graders.kit.shared.record import Record

AHEAD = 2
"""Submissions under way beside those that the children are at work on: while the checks of one
run, the scenarios of the next do."""


@dataclass(frozen=True)
class Run:
    """What to grade, with which seed. Cheap: any number of runs go through one judge."""

    submissions: tuple[Submission, ...]
    seed: int = field(default_factory=lambda: random.SystemRandom().randrange(10**6))


class Judge:
    """An async context manager that owns the fork server, PostgreSQL, and the kernel observer.

    Make it early: the fork server starts at once, and imports what the katas need while the
    judge reads the graders. Nothing of it is left when the context ends.
    """

    def __init__(
        self, katas: Iterable[Kata], *, jobs: int | None = None, url: str | None = None
    ) -> None:
        """`jobs` children run at a time; `url` is of another PostgreSQL than the embedded one."""
        self.jobs = jobs or os.cpu_count() or 1
        self._url = url or None  # an empty variable is none
        self._launcher = _launcher(list(katas))
        self._observer: Observer | None = None

    async def __aenter__(self) -> Judge:
        self._observer = Observer(
            self._launcher, Databases(self._url, self.jobs), KernelObserver(), jobs=self.jobs
        )
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        assert self._observer
        await self._observer.databases.close()
        self._observer = None
        self._launcher.close()

    @property
    def observer(self) -> Observer:
        """Runs single scenarios. Raises `RuntimeError` outside of the context."""
        if self._observer is None:
            raise RuntimeError("a judge observes inside of its `async with` block")
        return self._observer

    async def run(
        self, run: Run, rubrics: Mapping[str, Rubric], records: Path | None = None
    ) -> AsyncIterator[KataResult]:
        """The results, one by one, in the order of the run's submissions.

        `rubrics` has a grader for each kata's name. What the scenarios saw is kept in files
        below `records`, or not at all. Memory stays flat, however many submissions there are.
        Raises nothing for what goes wrong with one kata: that is its `fault`.
        """
        if self.observer.databases.failed:
            await self.observer.databases.close()
        writer = RecordWriter(records) if records is not None else None
        references: dict[str, LiveRecords] = {}
        under_way: deque[asyncio.Task[KataResult]] = deque()
        waiting = enumerate(run.submissions, 1)
        try:
            while True:
                while len(under_way) < self.jobs + AHEAD:
                    if (following := next(waiting, None)) is None:
                        break
                    work = self._grade(run.seed, *following, rubrics, references, writer)
                    under_way.append(asyncio.ensure_future(work))
                if not under_way:
                    return
                yield await under_way[0]
                under_way.popleft()
        finally:
            for task in under_way:
                task.cancel()
            await asyncio.gather(*under_way, return_exceptions=True)
            for known in references.values():
                await known.close()

    async def results(
        self,
        run: Run,
        rubrics: Mapping[str, Rubric],
        records: Path | None = None,
        done: Callable[[KataResult], None] | None = None,
    ) -> Results:
        """All results of a run together; `done` hears of each as it comes."""
        results = Results(run.seed)
        async for result in self.run(run, rubrics, records):
            results.katas.append(result)
            if done is not None:
                done(result)
        results.timings |= self.observer.spent
        results.witness = self.observer.kernel.source
        return results

    async def _grade(
        self,
        seed: int,
        number: int,
        submission: Submission,
        rubrics: Mapping[str, Rubric],
        references: dict[str, LiveRecords],
        writer: RecordWriter | None,
    ) -> KataResult:
        kata = submission.kata
        rubric = rubrics.get(kata.name) or Rubric(kata, fault=f"there is no grader for {kata.name}")
        if kata.name not in references:
            references[kata.name] = LiveRecords(self.observer, reference(kata), seed)
        of_reference = references[kata.name]
        own = LiveRecords(self.observer, submission, seed)
        try:
            own.start(rubric.scenarios)
            result = await verdict.grade(rubric, submission, own, of_reference)
            if writer is not None:
                await own.settle()
                head = Head(
                    FORMAT,
                    seed,
                    kata.name,
                    submission.label,
                    str(submission.path),
                    fault=result.fault,
                    witness=self.observer.kernel.source,
                )
                result.records = writer.write(number, head, own.done, of_reference.done)
            return result
        except Exception as error:
            # Whatever it is, it is ours, and must not cost the other katas their verdicts.
            ours = isinstance(error, JudgeFault)
            why = error if ours else fault(f"{kata.name} could not be graded", error)
            return KataResult(kata.name, submission.label, fault=str(why), path=submission.path)
        finally:
            await own.close()


class LiveRecords:
    """The records of one submission, each scenario run once, when it is asked for or before."""

    def __init__(self, observer: Observer, submission: Submission, seed: int) -> None:
        self._observer = observer
        self._submission = submission
        self._seed = seed
        self._tasks: dict[str, asyncio.Task[Record]] = {}

    def start(self, scenarios: Iterable[Scenario]) -> None:
        """Has them run as soon as there is room."""
        for scenario in scenarios:
            self._task(scenario)

    async def record(self, scenario: Scenario) -> Record:
        """What the scenario saw; raises `JudgeFault`."""
        return await asyncio.shield(self._task(scenario))

    def _task(self, scenario: Scenario) -> asyncio.Task[Record]:
        name = scenario.__name__
        if name not in self._tasks:
            self._tasks[name] = asyncio.ensure_future(
                self._observer.observe(self._submission, scenario, self._seed)
            )
        return self._tasks[name]

    async def settle(self) -> None:
        """Waits until all that was started has ended, one way or the other."""
        if self._tasks:
            await asyncio.wait(self._tasks.values())

    @property
    def done(self) -> list[Record]:
        """The records there are."""
        tasks = self._tasks.values()
        return [t.result() for t in tasks if t.done() and not t.cancelled() and not t.exception()]

    async def close(self) -> None:
        """Cancels what is still under way, and waits until it has ended."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)


def _launcher(katas: list[Kata]) -> Launcher:
    """Forks where that is sound, else spawns; `KATA_START=spawn` chooses."""
    if sys.platform != "linux" or os.environ.get("KATA_START") == "spawn":
        return Spawns()
    modules: dict[str, None] = {}
    for kata in katas:
        modules |= dict.fromkeys(contract.imports(kata.solution))
    return Forks(Boot(list(modules), [str(kata.grader) for kata in katas]))
