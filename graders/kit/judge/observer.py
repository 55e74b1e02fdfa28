"""Has one scenario run on one submission, in a child process, and gives the record."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graders.kit.author import draw
from graders.kit.child.arguments import SEED, misfit
from graders.kit.judge import contract
from graders.kit.judge.child import MOST_OUTPUT, Child, ForkServerDied, Launcher
from graders.kit.judge.conversation import Conversation
from graders.kit.judge.databases import Databases, DatabaseSession
from graders.kit.judge.katas import Kata, Submission
from graders.kit.judge.kernel_observer import KernelObserver
from graders.kit.judge.rubric import Scenario
from graders.kit.shared.codec import encode
from graders.kit.shared.faults import JudgeFault, fault
from graders.kit.shared.messages import Job, Written
from graders.kit.shared.record import Record
from graders.kit.shared.text import printable


@dataclass
class Observer:
    """Runs scenarios, `jobs` at a time. All it holds belongs to the judge."""

    launcher: Launcher
    databases: Databases
    kernel: KernelObserver
    jobs: int
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Real seconds, summed over children: how long forks, scenarios and databases took."""
    _contracts: dict[Path, tuple[int, dict[str, Written]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._slots = asyncio.Semaphore(self.jobs)

    async def observe(self, submission: Submission, scenario: Scenario, seed: int) -> Record:
        """What the scenario saw of the submission. Raises `JudgeFault`, and nothing else."""
        if (wrong := misfit(scenario)) is not None:
            raise JudgeFault(f"graders/{submission.kata.file}: {wrong}")
        try:
            async with self._slots:
                began = time.perf_counter()
                async with self.databases.session(submission.kata, scenario) as database:
                    if database is not None:
                        self.spent["database"] += time.perf_counter() - began
                    return await self._observe(submission, scenario, seed, database)
        except JudgeFault:
            raise
        except Exception as error:
            raise fault(f"{scenario.__name__} could not be run", error) from error

    async def _observe(
        self,
        submission: Submission,
        scenario: Scenario,
        seed: int,
        database: DatabaseSession | None,
    ) -> Record:
        inputs = self._inputs(submission.kata, scenario, seed)
        job = Job(
            grader=str(submission.kata.grader),
            scenario=scenario.__name__,
            submission=str(submission.path),
            folder=str(submission.path.parent),
            contract=self._contract(submission.kata),
            inputs={name: encode(value) for name, value in inputs.items()},
            looped=inspect.iscoroutinefunction(scenario),
            seed=_seed(submission.kata, scenario, seed),
        )
        began = time.perf_counter()
        child, record = await self._run(job, database)
        self.spent["fork"] += (child.started or began) - began
        self.spent["scenario"] += time.perf_counter() - (child.started or began)
        self.spent["scenarios run"] += 1
        record.inputs = SimpleNamespace(**inputs)
        record.output = printable(bytes(child.output[:MOST_OUTPUT]).decode(errors="replace"))
        if record.error is not None:
            record.line, record.message = record.error.line, f"it raised {record.error}"
        record.message = record.message.replace(f"{submission.path.parent}/", "")
        if database is not None:
            await database.probe()
            record.extras["database"] = database.facts()
        return record

    async def _run(self, job: Job, database: DatabaseSession | None) -> tuple[Child, Record]:
        try:
            async with self.launcher.launch(job) as child:
                return child, await self._converse(child, job, database)
        except ForkServerDied:
            # Somebody's child took the fork server down, or stopped it. Whose it was shows when
            # each of those that were under way runs again with a fork server of its own.
            return await self._isolated(job, database)

    async def _isolated(self, job: Job, database: DatabaseSession | None) -> tuple[Child, Record]:
        launcher = self.launcher.isolated()
        try:
            while True:
                begun: Child | None = None
                try:
                    async with launcher.launch(job) as begun:
                        return begun, await self._converse(begun, job, database)
                except ForkServerDied:
                    if begun is not None and begun.pid is not None:
                        message = "it kills the process that runs it"
                        return begun, Record(job.scenario, "raised", message, tampered=True)
                    # It died before it forked: the launcher says when that is enough.
        finally:
            launcher.close()

    async def _converse(self, child: Child, job: Job, database: DatabaseSession | None) -> Record:
        with self.kernel.probe() as probe:
            record = await Conversation(child, job.scenario, database, probe).record()
            probe.end()
            seen = probe.tally.finding()
            if seen is None and job.looped and record.outcome == "done":
                seen = probe.tally.hidden(record.spent)
        if seen is not None and not record.blocking:
            record.blocking.append(seen)
        return record

    def _contract(self, kata: Kata) -> dict[str, Written]:
        changed = kata.solution.stat().st_mtime_ns
        known = self._contracts.get(kata.solution)
        if known is None or known[0] != changed:
            known = self._contracts[kata.solution] = changed, contract.read(kata.solution)
        return known[1]

    def _inputs(self, kata: Kata, scenario: Scenario, seed: int) -> dict[str, Any]:
        parameters = inspect.signature(scenario).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        if any(p.name == SEED for p in parameters):
            defaults[SEED] = draw.whole(0, 2**32 - 1)
        return draw.inputs(defaults, _seed(kata, scenario, seed))


def _seed(kata: Kata, scenario: Scenario, seed: int) -> str:
    """Of one scenario: of its drawn inputs, and of the child's `random`."""
    return f"{seed}/{kata.name}/{scenario.__name__}"
