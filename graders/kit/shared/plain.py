"""Plain values, and what stands for those that are not: an exception as data, a foreign object."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    Plain = Any
else:

    class _Anything(type):
        def __instancecheck__(cls, value: object) -> bool:
            return True

    class Plain(metaclass=_Anything):
        """Any plain value: None, bool, int, float, str, bytes, list, tuple, set, dict,
        `ExceptionData`, `Foreign`, a class of `KINDS`, or a namespace of these. `codec` encodes
        and decodes what is annotated so."""


@dataclass(frozen=True)
class ExceptionData:
    """An exception, as data: `str()` gives "KeyError: 'x'"."""

    type: str
    message: str
    bases: tuple[str, ...]
    """The names of its classes, its own first."""
    file: str | None = None
    line: int | None = None
    """Where in the submission it came from."""
    cause: ExceptionData | None = None
    context: ExceptionData | None = None
    exceptions: tuple[ExceptionData, ...] = ()
    """Those in it, of an ExceptionGroup."""

    def is_a(self, name: str) -> bool:
        """Would `except name` have caught it?"""
        return name in self.bases

    def __str__(self) -> str:
        return f"{self.type}: {self.message}" if self.message else self.type


@dataclass(frozen=True, eq=False)
class Foreign:
    """A value that is not plain data; `text` is what it looked like. Equals nothing."""

    type: str
    text: str

    def __str__(self) -> str:
        article = "an" if self.type[:1] in "AEIOUaeiou" else "a"
        return f"{article} {self.type} ({self.text})"

    __repr__ = __str__

    def __eq__(self, other: object) -> bool:
        return False

    def __hash__(self) -> int:
        return id(self)
