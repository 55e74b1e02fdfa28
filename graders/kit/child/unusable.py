"""A submission that cannot be run at all, said in one kind sentence."""

from __future__ import annotations

from typing import ClassVar


class Unusable(BaseException):
    """What is wrong and what to do, in one sentence; `line` is where, if anywhere.

    Not an `Exception`: a scenario that expects the submission to raise must
    not take this for the expected error.
    """

    told: ClassVar[list[tuple[str, int | None]]] = []
    """All of this process, with their lines. Where a server or a framework is what uses the
    submission, the exception itself may end in a task that nobody looks at."""

    def __init__(self, sentence: str, line: int | None = None) -> None:
        super().__init__(sentence)
        self.line = line
        Unusable.told.append((sentence, line))
