"""Runs one scenario on one submission and writes the record."""

from __future__ import annotations

import asyncio
import inspect
import os
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from graders.kit.child import limits, loader, scenarios
from graders.kit.child.arguments import PROPS, Props
from graders.kit.child.channel import Channel, TooLong
from graders.kit.child.kata import Kata
from graders.kit.child.unusable import Unusable
from graders.kit.instruments.blocking import BlockingDetector
from graders.kit.instruments.clock import Clock, Stuck
from graders.kit.instruments.ledger import Ledger
from graders.kit.instruments.source import Source
from graders.kit.shared.codec import decode, encode
from graders.kit.shared.record import Finding, moment


def perform(job: dict[str, Any], channel: Channel, grader: ModuleType | None = None) -> None:
    """Does the job and ends the process: what the submission left running ends with it."""
    Stage(job, channel).perform(grader)
    os._exit(0)


class Stage:
    """One scenario. `job` names grader, scenario and submission, and has inputs and contract."""

    def __init__(self, job: dict[str, Any], channel: Channel) -> None:
        self.job = job
        self.channel = channel
        self.source = Source(Path(job["submission"]))
        self.clock = Clock(source=self.source)
        self.watch = BlockingDetector(self.source, max_iterations=limits.STEP)
        self.ledger = Ledger(self.source)
        self.blocked_before = 0
        self.leaks: list[Finding] | None = None
        self.notes: list[str] = []
        self.used: dict[str, int] = {}
        self.props: Props | None = None

    def perform(self, grader: ModuleType | None) -> None:
        limits.impose(self._exhausted, self._stalled)
        try:
            seen = self._run(grader or scenarios.load(Path(self.job["grader"])))
        except Unusable as unusable:
            seen = self._failure("unusable", str(unusable), unusable.line)
        except Stuck as stuck:
            line = next((w.line for w in stuck.waiting if w.line), None)
            seen = self._failure("timeout", str(stuck), line.line if line else None)
        except BaseException as error:
            seen = self._raised(error)
        self._send(seen)

    # --- running ------------------------------------------------------------------

    def _run(self, grader: ModuleType) -> dict[str, Any]:
        scenario = getattr(grader, self.job["scenario"])
        wanted = inspect.signature(scenario).parameters
        with ExitStack() as stack:
            stack.enter_context(self.clock)
            # Before the submission binds any name: `from time import sleep` is watched too.
            stack.enter_context(self.watch)
            kata = Kata(self._load(), self.job["contract"], self.used)
            self.props = Props(lambda: self.clock.elapsed, self.channel, self.clock, stack)
            arguments = {name: decode(value) for name, value in self.job["inputs"].items()}
            props = {name: self.props.get(name) for name in wanted if name in PROPS}
            # After it: what it made at import is not of this scenario.
            stack.enter_context(self.ledger)
            self.channel.begin()
            result = self._play(scenario, {"kata": kata, **props, **arguments})
            if self.job["looped"]:
                self._measured()
        return {"outcome": "done", "result": encode(result, self.source.traceback)}

    def _load(self) -> ModuleType:
        module = loader.load(self.source.path, self.source, self.notes)
        # Whatever ran at import neither blocked the scenario's loop nor spent its time.
        self.blocked_before = len(self.watch.findings)
        self.clock.restart()
        return module

    def _measured(self) -> None:
        """A watch that saw nothing, or was put aside, has not found a submission clean."""
        if reasons := "; ".join(self.watch.unmeasured):
            raise Unusable(f"whether it blocks the event loop cannot be told: {reasons}")

    def _play(self, scenario: Any, arguments: dict[str, Any]) -> Any:
        if not self.job["looped"]:
            return scenario(**arguments)

        async def played() -> Any:
            if "database" in arguments:
                await arguments["database"].open()
            result = await scenario(**arguments)
            # Now: a runner that closes cancels what was left behind, and hides it.
            self.leaks = await self.ledger.close()
            return result

        with asyncio.Runner(loop_factory=self.clock.loop) as runner:
            return runner.run(played())

    # --- the record ---------------------------------------------------------------

    def _send(self, seen: dict[str, Any]) -> None:
        try:
            self.channel.send({"record": {**self._observed(), **seen}})
        except TooLong as error:
            self.channel.send({"record": self._failure("raised", str(error), None)})

    def _observed(self) -> dict[str, Any]:
        """All that was seen, however the scenario ended."""
        calls = self.props.calls() if self.props else []
        extras = self.props.extras() if self.props else {}
        return {
            "elapsed": moment(self.clock.elapsed),
            "all_calls": encode(calls),
            "spent": self.watch.spent,
            "blocking": encode(self.watch.findings[self.blocked_before :]),
            "leaks": encode(self.ledger.findings if self.leaks is None else self.leaks),
            "extras": encode(extras),
            "lines": self.used,
            "notes": self.notes,
        }

    def _failure(self, outcome: str, message: str, line: int | None) -> dict[str, Any]:
        return {"outcome": outcome, "message": message, "line": line}

    def _raised(self, error: BaseException) -> dict[str, Any]:
        place = self.source.traceback(error.__traceback__)
        if isinstance(error, NotImplementedError) and place:
            return self._failure(
                "unusable", f"`{place.function}` is still to be written", place.line
            )
        return {"outcome": "raised", "error": encode(error, self.source.traceback)}

    def _exhausted(self, frame: FrameType | None) -> None:
        self._end(frame, f"it still computes after {limits.PROCESSOR:g} s of processor time")

    def _stalled(self, frame: FrameType | None) -> None:
        self._end(frame, f"it still waits after {limits.STALLED:g} s, and everything else with it")

    def _end(self, frame: FrameType | None, fact: str) -> None:
        """Says where it is, and ends at once, whatever the code would catch."""
        line = self.source.frame(frame)
        self._send(self._failure("timeout", fact, line.line if line else None))
        os._exit(0)
