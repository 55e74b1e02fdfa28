"""The child's end of the line to the judge: questions out, answers in, one record at the end."""

from __future__ import annotations

import asyncio
import json
import os
import threading
from typing import Any

from graders.kit.shared.codec import decode, encode

LONGEST = 4 * 1024**2
"""Bytes of one message: a record has some thousands."""


class TooLong(Exception):
    """What was seen is more than a record can hold."""


class Refused(Exception):
    """The judge could not do what was asked."""


class Channel:
    """Lines of JSON on two descriptors (the same one twice, for a socket)."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._turn = threading.Lock()

    def begin(self) -> None:
        """Says that the submission is loaded, and waits until the judge watches it."""
        self._exchange({"loaded": True})

    async def ask(self, question: str, **details: Any) -> Any:
        """The judge's answer. Other tasks run meanwhile: the wait is on a thread."""
        line = {"ask": question, "details": encode(details)}
        reply = await asyncio.to_thread(self._exchange, line)
        if "refused" in reply:
            raise Refused(reply["refused"])
        return decode(reply["answer"])

    def _exchange(self, line: dict[str, Any]) -> Any:
        answer = bytearray()
        with self._turn:  # one question at a time, so that each gets its own answer
            self.send(line)
            while not answer.endswith(b"\n"):
                more = os.read(self._reading, 65536)
                if not more:
                    os._exit(1)  # the judge is gone: nobody will read a record
                answer += more
        return json.loads(answer)

    def send(self, line: dict[str, Any]) -> None:
        """Writes one line, whole; raises `TooLong` before it writes any of it."""
        data = memoryview(json.dumps(line).encode() + b"\n")
        if len(data) > LONGEST:
            raise TooLong(f"it returned or recorded {len(data):,} bytes; {LONGEST:,} is the most")
        while data:
            data = data[os.write(self._writing, data) :]
