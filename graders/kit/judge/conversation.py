"""The talk with a child: its questions are answered until it sends its record, ends, or is late."""

from __future__ import annotations

import asyncio
import time
from typing import Any

from graders.kit.judge.child import MOST_OUTPUT, Child, Died
from graders.kit.judge.databases import Session
from graders.kit.judge.kernel_observer import Sight

DEADLINE = 20.0
"""Real seconds for one scenario, the last resort: an honest one takes a tenth of a second."""


async def talk(child: Child, session: Session | None, sight: Sight) -> dict[str, Any]:
    """Answers the child's questions until it sends its record, ends, or its time is over."""
    if child.pid is not None:
        sight.find(child.pid)
    try:
        async with asyncio.timeout(DEADLINE):
            async for message in child.messages():
                if "pid" in message and child.pid is None and type(message["pid"]) is int:
                    child.pid, child.started = message["pid"], time.perf_counter()
                    sight.find(child.pid)
                elif message.get("loaded") is True and not sight.begun:
                    await child.answer({})  # first: until then it waits, and not for itself
                    sight.begin()
                elif "ask" in message and session is not None:
                    await child.answer(await session.answer(message))
                elif type(message.get("record")) is dict:
                    sight.look()
                    return _told(message["record"], sight)
                elif "exit" in message:
                    return _ended(child, message["exit"])
    except TimeoutError:
        if child.flooded:
            return _flooded()
        return failed(
            f"it had not ended after {DEADLINE:g} s: it waits for something that never comes",
            "timeout",
        )
    if not child.garbled:
        raise Died
    return failed("it wrote on the grader's own channel")


def _told(record: dict[str, Any], sight: Sight) -> dict[str, Any]:
    """The record, unless it is one that no honest child sends."""
    if record.get("outcome") == "done" and not sight.begun:
        return failed("it sent a record before it was asked for anything")
    if sight.hidden:
        return failed("it hid from the system what its thread does")
    return dict(record)


def failed(message: str, outcome: str = "raised") -> dict[str, Any]:
    return {"outcome": outcome, "message": message}


def _flooded() -> dict[str, Any]:
    return failed(f"it printed more than {MOST_OUTPUT:,} bytes", "timeout")


def _ended(child: Child, status: object) -> dict[str, Any]:
    if child.flooded:
        return _flooded()
    if type(status) is int and status < 0:
        return failed(_signalled(-status))
    return failed(f"it ended the whole process (exit status {status}) instead of returning")


def _signalled(number: int) -> str:
    said = {
        9: "the process was killed, by itself or for using too much",
        11: "the process crashed (segmentation fault)",
        24: "it computed past its limit of processor time without ever coming back to Python",
        31: "it made a forbidden system call",
    }
    return said.get(number, f"the process was ended by signal {number}")
