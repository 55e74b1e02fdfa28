"""Has scenarios run on submissions, each once, several at a time, and keeps what was seen."""

from __future__ import annotations

import asyncio
import inspect
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from graders.kit.author import draw
from graders.kit.judge import contract
from graders.kit.judge.child import MOST_OUTPUT, Broken, Child, Died, Launcher
from graders.kit.judge.conversation import failed, talk
from graders.kit.judge.databases import Databases, Session
from graders.kit.judge.katas import Kata
from graders.kit.judge.kernel_observer import Witness
from graders.kit.shared.codec import Malformed, decode, encode
from graders.kit.shared.record import Call, Finding, Raised, Record

Scenario = Callable[..., Any]


@dataclass
class Seen:
    """What came of one scenario on one submission.

    `outcome` is `done`, `raised`, `unusable` or `timeout`; unless it is
    `done`, `message` says in words what went wrong, and `line` where.
    """

    outcome: str
    record: Record
    message: str = ""
    line: int | None = None
    error: Raised | None = None


@dataclass(frozen=True)
class Submission:
    """One answer to one kata: a file, and the name it goes by in reports."""

    kata: Kata
    path: Path

    @property
    def label(self) -> str:
        return f"{self.path.parent.name}/{self.path.name}"


@dataclass
class Judge:
    """Everything that outlives a single scenario. `jobs` children run at a time."""

    launcher: Launcher
    seed: int
    jobs: int
    databases: Databases
    spent: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    """Real seconds, summed over children: how long forks, scenarios and databases took."""
    witness: Witness = field(default_factory=Witness)
    _seen: dict[tuple[Path, str, str], asyncio.Task[Seen]] = field(default_factory=dict)
    _contracts: dict[Path, dict[str, dict[str, str]]] = field(default_factory=dict)
    _turns: asyncio.Semaphore | None = None

    def observe(self, submission: Submission, scenario: Scenario) -> asyncio.Task[Seen]:
        """The scenario's record, under way or done: many checks may stand on one."""
        key = (submission.path, submission.kata.name, scenario.__name__)
        if key not in self._seen:
            self._seen[key] = asyncio.ensure_future(self._in_turn(submission, scenario))
        return self._seen[key]

    async def _in_turn(self, submission: Submission, scenario: Scenario) -> Seen:
        self._turns = self._turns or asyncio.Semaphore(self.jobs)
        async with self._turns:
            began = time.perf_counter()
            async with self.databases.session(submission.kata, scenario) as session:
                if session is not None:
                    self.spent["database"] += time.perf_counter() - began
                return await self._run(submission, scenario, session)

    async def _run(
        self, submission: Submission, scenario: Scenario, session: Session | None
    ) -> Seen:
        inputs = self._inputs(submission.kata, scenario)
        job = {
            "looped": inspect.iscoroutinefunction(scenario),
            "grader": str(submission.kata.grader),
            "scenario": scenario.__name__,
            "submission": str(submission.path),
            "folder": str(submission.path.parent),
            "contract": self._contract(submission.kata),
            "inputs": {name: encode(value) for name, value in inputs.items()},
        }
        began = time.perf_counter()
        child, payload = await self._converse(job, session)
        self.spent["fork"] += (child.started or began) - began
        self.spent["scenario"] += time.perf_counter() - (child.started or began)
        self.spent["scenarios run"] += 1
        seen = _seen(scenario.__name__, payload, SimpleNamespace(**inputs))
        seen.message = seen.message.replace(f"{submission.path.parent}/", "")
        seen.record.output = bytes(child.output[:MOST_OUTPUT]).decode(errors="replace")
        if child.seen is not None and not seen.record.blocking:
            seen.record.blocking.append(child.seen)
        if session is not None:
            seen.record.extras["database"] = session.facts()
            if seen.outcome != "done":
                await session.probe()
        return seen

    async def _converse(
        self, job: dict[str, Any], session: Session | None
    ) -> tuple[Child, dict[str, Any]]:
        try:
            async with self.launcher.launch(job) as child:
                return child, await self._hear(child, session, job)
        except Died:
            # Somebody's child took the warm parent down. Whose it was shows when each of those
            # that were under way runs again with a parent of its own.
            return await self._alone(job, session)

    async def _alone(
        self, job: dict[str, Any], session: Session | None
    ) -> tuple[Child, dict[str, Any]]:
        launcher = self.launcher.alone()
        try:
            async with launcher.launch(job) as child:
                try:
                    return child, await self._hear(child, session, job)
                except Died:
                    if child.pid is not None:
                        return child, failed("it kills the process that runs it")
                    raise
        except Died:
            why = launcher.last_words()
            raise Broken(f"the process that runs submissions does not start: {why}") from None
        finally:
            launcher.close()

    async def _hear(
        self, child: Child, session: Session | None, job: dict[str, Any]
    ) -> dict[str, Any]:
        with self.witness.sight() as sight:
            payload = await talk(child, session, sight)
            sight.end()
            child.seen = sight.account.finding()
            if child.seen is None and job["looped"] and payload.get("outcome") == "done":
                child.seen = sight.account.hidden(payload.get("spent"))
        return payload

    def _contract(self, kata: Kata) -> dict[str, dict[str, str]]:
        if kata.solution not in self._contracts:
            self._contracts[kata.solution] = contract.read(kata.solution)
        return self._contracts[kata.solution]

    def _inputs(self, kata: Kata, scenario: Scenario) -> dict[str, Any]:
        parameters = inspect.signature(scenario).parameters.values()
        defaults = {p.name: p.default for p in parameters if p.default is not p.empty}
        return draw.inputs(defaults, f"{self.seed}/{kata.name}/{scenario.__name__}")

    async def close(self) -> None:
        for task in self._seen.values():
            task.cancel()
        await asyncio.gather(*self._seen.values(), return_exceptions=True)
        self.launcher.close()
        await self.databases.close()


def _seen(name: str, payload: dict[str, Any], inputs: SimpleNamespace) -> Seen:
    """The child's words as data, each part of its exact type; anything else is no record."""
    record = Record(name, inputs)
    try:
        outcome = payload["outcome"]
        if outcome not in ("done", "raised", "unusable", "timeout"):
            raise Malformed(f"no such outcome: {outcome!r}")
        _fill(record, payload)
        error = decode(payload["error"]) if "error" in payload else None
        line = payload.get("line")
        message = payload.get("message", "")
        if isinstance(error, Raised):
            line, message = error.line, f"it raised {error}"
        return Seen(
            outcome,
            record,
            message if type(message) is str else "",
            line if type(line) is int else None,
            error if isinstance(error, Raised) else None,
        )
    except (Malformed, KeyError, TypeError, ValueError, RecursionError) as fault:
        return Seen("raised", Record(name, inputs), f"what it sent is not a record ({fault})")


def _fill(record: Record, payload: dict[str, Any]) -> None:
    record.result = decode(payload.get("result"))
    record.elapsed = float(payload.get("elapsed", 0.0))
    record.all_calls = [Call(**vars(c)) for c in decode(payload.get("all_calls", []))]
    record.blocking = [Finding(**vars(f)) for f in decode(payload.get("blocking", []))]
    record.leaks = [Finding(**vars(f)) for f in decode(payload.get("leaks", []))]
    extras = decode(payload["extras"]) if "extras" in payload else {}
    record.extras = extras if type(extras) is dict else {}
    lines = payload.get("lines", {})
    record.lines = {str(k): v for k, v in lines.items() if type(v) is int}
    record.notes = [str(note)[:500] for note in payload.get("notes", [])][:20]
