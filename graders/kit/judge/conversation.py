"""The conversation with a child: its questions are answered until it sends its record, ends, or
does nothing any more. What comes of it is a record, whatever the child does; what the judge's own
side does wrong is a `JudgeFault`."""

from __future__ import annotations

import asyncio
import time

from graders.kit.judge.child import LOOK, MOST_OUTPUT, Child, ForkServerDied
from graders.kit.judge.databases import DatabaseSession
from graders.kit.judge.kernel_observer import ThreadProbe
from graders.kit.shared import messages
from graders.kit.shared.codec import Malformed
from graders.kit.shared.faults import JudgeFault
from graders.kit.shared.messages import (
    Exited,
    Finished,
    FromChild,
    Go,
    Hello,
    Loaded,
    NotForked,
    Question,
    Refusal,
)
from graders.kit.shared.progress import IdleTime
from graders.kit.shared.record import Record

DEADLINE = 20.0
"""Seconds in which nothing of a child runs, nor queues for a processor, before the judge ends it:
the last resort, for a child says itself where it hangs."""

MOST_LOOKS = 300
"""Seconds of real time for a child that is never idle. What it may compute is limited long before;
what it starts, and starts again, is not."""


class Conversation:
    """With one child, about one scenario."""

    def __init__(
        self, child: Child, scenario: str, database: DatabaseSession | None, probe: ThreadProbe
    ) -> None:
        self._child = child
        self._scenario = scenario
        self._database = database
        self._probe = probe

    async def record(self) -> Record:
        """Talks until there is a record; raises `ForkServerDied` and `JudgeFault`."""
        if self._child.pid is not None:
            self._probe.find(self._child.pid)
        talking = asyncio.ensure_future(self._talk())
        try:
            if await self._within_limits(talking):
                return await talking
        except BaseException:
            talking.cancel()
            raise
        talking.cancel()
        if self._child.pid is None:
            raise ForkServerDied
        if self._child.flooded:
            return self._flooded()
        return self._failed(
            f"it had not ended after {DEADLINE:g} s in which nothing happened: "
            "it waits for something that never comes",
            timeout=True,
        )

    async def _within_limits(self, talking: asyncio.Future[Record]) -> bool:
        """Is the conversation over before child (or fork server) has been idle for too long?"""
        watched: int | None = None
        idle: IdleTime | None = None
        for _ in range(MOST_LOOKS):
            if (await asyncio.wait([talking], timeout=LOOK))[0]:
                return True
            process = self._child.pid or self._child.parent
            if idle is None or process != watched:
                watched, idle = process, IdleTime(process or 0, LOOK)
            elif idle.look() >= DEADLINE:
                return False
        return False

    async def _talk(self) -> Record:
        try:
            async for message in self._child.messages():
                if (record := await self._heard(message)) is not None:
                    return record
        except Malformed as error:
            return self._failed(f"it wrote on the grader's own channel ({error})", tampered=True)
        raise ForkServerDied

    async def _heard(self, message: FromChild) -> Record | None:
        child, probe = self._child, self._probe
        match message:
            case Hello(pid=pid) if child.pid is None:
                child.pid, child.started = pid, time.perf_counter()
                probe.find(pid)
            case Loaded() if not probe.begun:
                await child.answer(Go())  # first: until then it waits, and not for itself
                probe.begin()
            case Question():
                await child.answer(
                    await self._database.answer(message)
                    if self._database is not None
                    else Refusal("the scenario has no database")
                )
            case Finished():
                probe.look()
                return self._finished(message)
            case Exited(status=status):
                return self._flooded() if child.flooded else self._failed(_ended(status))
            case NotForked(reason=reason):
                raise JudgeFault(f"a process for the submission cannot be started: {reason}")
            case _:
                return self._failed("it wrote on the grader's own channel", tampered=True)
        return None

    def _finished(self, message: Finished) -> Record:
        """The record, unless it is one that no honest child sends."""
        try:
            record = messages.record_of(message)
        except Malformed as error:
            return self._failed(f"what it sent is not a record ({error})", tampered=True)
        if record.outcome == "fault":
            raise JudgeFault(f"the kit broke down: {record.message}")
        if record.outcome == "done" and not self._probe.begun:
            return self._failed("it sent a record before it was asked for anything", tampered=True)
        if self._probe.hidden:
            return self._failed("it hid from the system what its thread does", tampered=True)
        record.scenario, record.tampered = self._scenario, False
        return record

    def _flooded(self) -> Record:
        return self._failed(f"it printed more than {MOST_OUTPUT:,} bytes", timeout=True)

    def _failed(self, message: str, *, timeout: bool = False, tampered: bool = False) -> Record:
        outcome = "timeout" if timeout else "raised"
        return Record(self._scenario, outcome, message, tampered=tampered)  # type: ignore[arg-type]


def _ended(status: int) -> str:
    if status >= 0:
        return f"it ended the whole process (exit status {status}) instead of returning"
    said = {
        9: "the process was killed, by itself or for using too much",
        11: "the process crashed (segmentation fault)",
        24: "it computed past its limit of processor time without ever coming back to Python",
        31: "it made a forbidden system call",
    }
    return said.get(-status, f"the process was ended by signal {-status}")
