"""The child's end of the line to the judge: questions out, answers in, one record at the end."""

from __future__ import annotations

import asyncio
import os
import threading
from typing import Any

from graders.kit.shared import messages
from graders.kit.shared.codec import decode, encode
from graders.kit.shared.messages import Answer, Loaded, Message, Question, Refusal


class Refused(Exception):
    """The judge could not do what was asked; the text says why."""


class Channel:
    """Messages on two descriptors (the same one twice, for a socket)."""

    def __init__(self, reading: int, writing: int) -> None:
        self._reading = reading
        self._writing = writing
        self._lock = threading.Lock()
        self.sending = False
        """Is a message half written? A signal handler must not write another one into it."""

    def begin(self) -> None:
        """Says that the submission is loaded, and waits until the judge watches it."""
        self._exchange(Loaded())

    async def ask(self, question: str, **details: Any) -> Any:
        """The judge's answer; raises `Refused`. Other tasks run meanwhile: a thread waits."""
        reply = await asyncio.to_thread(self._exchange, Question(question, encode(details)))
        if isinstance(reply, Refusal):
            raise Refused(reply.reason)
        return decode(reply.value) if isinstance(reply, Answer) else None

    def _exchange(self, message: Message) -> messages.ToChild:
        answer = bytearray()
        with self._lock:  # one question at a time, so that each gets its own answer
            self.send(message)
            while not answer.endswith(b"\n"):
                more = os.read(self._reading, 65536)
                if not more:
                    os._exit(1)  # the judge is gone: nobody will read a record
                answer += more
        return messages.to_child(bytes(answer))

    def send(self, message: Message) -> None:
        """Writes one message, whole; raises `TooLong` before it writes any of it."""
        data = memoryview(messages.encode(message))
        self.sending = True
        while data:
            data = data[os.write(self._writing, data) :]
        self.sending = False
