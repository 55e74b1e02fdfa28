"""Runs one scenario on one submission and sends the record."""

from __future__ import annotations

import asyncio
import errno
import inspect
import os
import random
import traceback
import warnings
from contextlib import ExitStack
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any, NoReturn

from graders.kit.child import calling, limits, loader, scenarios, workers
from graders.kit.child.arguments import Arguments, Scene
from graders.kit.child.channel import Channel
from graders.kit.child.instruments import Instruments
from graders.kit.child.kata import Kata
from graders.kit.child.unusable import Unusable
from graders.kit.instruments import handover
from graders.kit.instruments.clock import Stuck
from graders.kit.instruments.ledger import Ledger
from graders.kit.instruments.timeline import Timeline
from graders.kit.shared.codec import decode, pack, raised
from graders.kit.shared.messages import Finished, Job, TooLong
from graders.kit.shared.record import Finding, Record, moment
from graders.kit.shared.text import without_surrogates

KIT = f"{Path(__file__).parents[1]}{os.sep}"
CALLS_SUBMISSION = {inspect.getfile(Kata), calling.__file__, handover.__file__}
"""Where the kit calls objects of the submission. What is raised there, or is called from there, is
the submission's."""

USED_UP = (errno.EMFILE, errno.ENFILE, errno.ENOMEM, errno.ENOSPC, errno.EAGAIN, errno.EFBIG)
"""What an OSError in kit code says when the submission has used all there was."""

MOST_LANES, MOST_SPANS = 200, 200
"""Lanes of a timeline that are kept, and spans of each: the first ones."""


def run(
    job: Job, channel: Channel, instruments: Instruments, grader: ModuleType | None = None
) -> NoReturn:
    """Does the job and ends the process: what the submission left running ends with it."""
    child = _Run(job, channel, instruments)
    limits.impose(child.exhausted, child.stalled)
    child.run(grader)
    os._exit(0)


def play(job: Job, channel: Channel, instruments: Instruments, grader: ModuleType) -> Record:
    """Does the job in a process that goes on, and is not limited: for code that can be trusted."""
    here = _Run(job, channel, instruments)
    here.run(grader)
    return here.record


def bare_record(scenario: str, outcome: str, message: str) -> Finished:
    """A record of nothing but how the scenario ended; made by hand, since packing one may be what
    went wrong."""
    message = without_surrogates(message)
    return Finished({"scenario": scenario, "outcome": outcome, "message": message})


class _Run:
    """One scenario. Whatever happens, one record is sent."""

    def __init__(self, job: Job, channel: Channel, instruments: Instruments) -> None:
        self.job = job
        self.channel = channel
        self.source = instruments.source
        self.source.aim(Path(job.submission))
        self.clock = instruments.clock
        self.detector = instruments.detector
        self.ledger = Ledger(self.source)
        self.timeline = Timeline(self.source, self._now, self.detector)
        self.blocked_before = 0
        self.leaks: list[Finding] | None = None
        self.arguments: Arguments | None = None
        self.record = Record(job.scenario)
        self.pid = os.getpid()

    def _now(self) -> float:
        return self.clock.elapsed

    def run(self, grader: ModuleType | None) -> None:
        # The ledger says the same with the learner's line, and without frames of ours.
        warnings.filterwarnings("ignore", "coroutine .* was never awaited", RuntimeWarning)
        record = self.record
        try:
            record.result = self._play(grader or scenarios.load(Path(self.job.grader)))
        except Unusable:
            """It is in `Unusable.told`."""
        except Stuck as stuck:
            line = next((w.line for w in stuck.waiting if w.line), None)
            record.outcome, record.message = "timeout", str(stuck)
            record.line = line.line if line else None
        except BaseException as error:
            self._raised(error)
        self._send()

    # --- running ------------------------------------------------------------------

    def _play(self, grader: ModuleType) -> Any:
        scenario = getattr(grader, self.job.scenario)
        wanted = inspect.signature(scenario).parameters
        with ExitStack() as stack:
            stack.enter_context(self.clock)
            # Before the submission binds any name: `from time import sleep` is watched too.
            stack.enter_context(self.detector)
            path = self.source.path
            codes = {
                loader.module_name(path): lambda: loader.code(path),
                grader.__name__: lambda: scenarios.code(Path(self.job.grader)),
            }
            stack.enter_context(workers.importable(codes))
            kata = Kata(self._load(), self.job.contract, self.record.lines)
            inputs = {name: decode(value) for name, value in self.job.inputs.items()}
            scene = Scene(self._now, self.clock, self.channel, inputs)
            self.arguments = Arguments(wanted, scene, stack)
            # After it: what it made at import is not of this scenario.
            stack.enter_context(self.ledger)
            stack.enter_context(self.timeline)
            self.channel.begin()
            result = self._called(scenario, {"kata": kata, **inputs, **self.arguments.by_name})
            if self.job.looped and (reasons := "; ".join(self.detector.unmeasured)):
                # A detector that saw nothing, or was put aside, has not found anybody clean.
                raise Unusable(f"whether it blocks the event loop cannot be told: {reasons}")
        return result

    def _load(self) -> ModuleType:
        # With the same `--seed`, a submission that asks `random` gets the same numbers again. What
        # is random by design (`secrets`, `uuid`, `os.urandom`) stays so, as do other processes.
        random.seed(self.job.seed)
        module = loader.load(self.source.path, self.source, self.record.notes)
        # Whatever ran at import neither blocked the scenario's loop nor spent its time.
        self.blocked_before = len(self.detector.findings)
        self.clock.restart()
        return module

    def _called(self, scenario: Any, values: dict[str, Any]) -> Any:
        if not self.job.looped:
            return scenario(**values)

        async def called() -> Any:
            if self.arguments:
                await self.arguments.open()
            result = await scenario(**values)
            # Now: a runner that closes cancels what was left behind, and hides it.
            if self.arguments:
                self.arguments.returned(self.record)
            self.leaks = await self.ledger.close()
            return result

        with asyncio.Runner(loop_factory=self.clock.loop) as runner:
            return runner.run(called())

    # --- how it ended ---------------------------------------------------------------

    def _raised(self, error: BaseException) -> None:
        record, place = self.record, self.source.traceback(error.__traceback__)
        if isinstance(error, NotImplementedError) and place:
            record.outcome, record.line = "unusable", place.line
            record.message = f"`{place.function}` is still to be written"
        elif place is None and (frame := self._kit_frame(error)) is not None:
            record.outcome = "fault"
            where = f"graders/kit/{frame.filename.removeprefix(KIT)}:{frame.lineno}"
            record.message = f"{type(error).__name__}: {error} ({where})"
        else:
            record.outcome = "raised"
            record.error = raised(error, self.source.traceback)

    def _kit_frame(self, error: BaseException) -> traceback.FrameSummary | None:
        """The frame of the kit that is to blame for an exception in which the submission has none.

        None where an object of the submission was called, where the innermost code that is not a
        library's is the grader's, and where all of something was used up.
        """
        if not isinstance(error, Exception) or type(error).__module__.startswith("graders."):
            return None
        if isinstance(error, MemoryError | RecursionError):
            return None
        if isinstance(error, OSError) and error.errno in USED_UP:
            return None
        frames = traceback.extract_tb(error.__traceback__)
        ours = [f for f in frames if f.filename.startswith(KIT) or f.filename == self.job.grader]
        if not ours or ours[-1].filename == self.job.grader:
            return None
        if any(frame.filename in CALLS_SUBMISSION for frame in ours):
            return None
        return ours[-1]

    def exhausted(self, frame: FrameType | None) -> None:
        self._end(frame, f"it still computes after {limits.PROCESSOR:g} s of processor time")

    def stalled(self, frame: FrameType | None) -> None:
        self._end(frame, f"it still waits after {limits.STALLED:g} s in which nothing happened")

    def _end(self, frame: FrameType | None, fact: str) -> None:
        """Says where it is, and ends at once, whatever the code would catch."""
        if self.channel.sending:
            return  # what is on its way says it all, or the judge's own deadline will
        line = self.source.frame(frame)
        self.record.outcome, self.record.message = "timeout", fact
        self.record.line = line.line if line else None
        self._send()
        os._exit(0)

    # --- the record ---------------------------------------------------------------

    def _send(self) -> None:
        """Sends what was seen; or why that cannot be sent, which is a record as well."""
        if os.getpid() != self.pid:
            os._exit(0)  # the submission has forked; what its copy saw is no record
        try:
            self._observed()
            self.channel.send(Finished(pack(self.record, self.source.traceback)))
        except TooLong as error:
            self._instead("raised", str(error))
        except Exception as error:
            self._instead(
                "fault", f"its record cannot be written ({type(error).__name__}: {error})"
            )

    def _instead(self, outcome: str, message: str) -> None:
        self.channel.send(bare_record(self.job.scenario, outcome, message))

    def _observed(self) -> None:
        """All that was seen, however the scenario ended."""
        record = self.record
        if Unusable.told:  # whatever else came of it
            record.outcome, record.error = "unusable", None
            record.message, record.line = Unusable.told[0]
        record.elapsed = moment(self.clock.elapsed)
        record.spent = self.detector.spent
        record.blocking = self.detector.findings[self.blocked_before :]
        record.leaks = self.ledger.findings if self.leaks is None else self.leaks
        record.timeline = self.timeline.lanes[:MOST_LANES]
        for lane in record.timeline:
            del lane.spans[MOST_SPANS:]
        if self.arguments:
            self.arguments.report(record)
